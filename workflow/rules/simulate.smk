# Simulated sequences. All kinds of dataset are written in one format, dataset.h5.


rule simulate_dataset:
    input:
        factors=FACTORS,
        database=lambda wildcards: PLAN.databases[wildcards.dataset],
    output:
        dataset=f"{DATASET}/dataset.h5",
    log:
        f"{DATASET}/logs/simulate_dataset.log",
    benchmark:
        f"{DATASET}/benchmarks/simulate_dataset.tsv"
    wildcard_constraints:
        dataset=datasets_of("simulate"),
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        dataset_name="{dataset}",
        parameters=part("parameters"),
        # The script imports this module by name, if it needs it.
        code=lambda wildcards: code_digest(
            "simulate_dataset.py",
            *["motifcnn/motifs/lookalikes.py"]
            * bool((definition(wildcards)["negatives"] or {}).get("exclude_lookalikes")),
        ),
    message:
        "Simulating the sequences of {wildcards.dataset}"
    script:
        "../scripts/simulate_dataset.py"
