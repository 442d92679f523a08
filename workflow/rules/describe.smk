# What is known of a dataset, for the report.


rule describe_dataset:
    input:
        unpack(lambda wildcards: LAYOUT.accounts(wildcards.dataset)),
        dataset=f"{DATASET}/dataset.h5",
        database=PLAN.settings[""].database,
        factors=FACTORS,
        synonyms=SYNONYMS,
    output:
        output=LAYOUT.description,
    log:
        f"{DATASET}/logs/describe_dataset.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        dataset_name="{dataset}",
        relevant=part("relevant"),
        code=code_digest("describe_dataset.py"),
    message:
        "Describing {wildcards.dataset}"
    script:
        "../scripts/describe_dataset.py"
