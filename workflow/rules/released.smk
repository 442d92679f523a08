# Datasets released as one-hot arrays.


rule download_file:
    output:
        file="downloads/released/{dataset}",
    log:
        "downloads/released/{dataset}.log",
    wildcard_constraints:
        dataset=datasets_of("released"),
    # The nodes of a cluster often have no internet access, unlike the machine that runs Snakemake.
    localrule: True
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=500,
        runtime=60,
    params:
        # No code digest: an edit of the downloader is no reason to download again.
        urls=lambda wildcards: definition(wildcards)["urls"],
        # A function that takes `threads`, so a change is no reason to download again; see `compute`.
        advice=lambda wildcards, threads: download_advice(wildcards.dataset, PLAN.datasets),
    message:
        "Downloading {wildcards.dataset}"
    script:
        "../scripts/download_file.py"


rule import_released:
    input:
        unpack(dataset_files),
    output:
        dataset=f"{DATASET}/dataset.h5",
    log:
        f"{DATASET}/logs/import_released.log",
    benchmark:
        f"{DATASET}/benchmarks/import_released.tsv"
    wildcard_constraints:
        dataset=datasets_of("released"),
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        dataset_name="{dataset}",
        parameters=part("parameters"),
        code=code_digest("import_released.py"),
    message:
        "Importing {wildcards.dataset}"
    script:
        "../scripts/import_released.py"
