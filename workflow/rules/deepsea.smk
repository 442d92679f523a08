# DeepSEA: the bundle is downloaded once for all experiments and cut down for each dataset.


rule download_deepsea:
    output:
        train="downloads/{bundle}/train.mat",
        valid="downloads/{bundle}/valid.mat",
        test="downloads/{bundle}/test.mat",
        receipt="downloads/{bundle}/receipt.json",
    log:
        "downloads/{bundle}/download.log",
    # The nodes of a cluster often have no internet access, unlike the machine that runs Snakemake.
    localrule: True
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=1000,
        disk_mb=30000,
        runtime=720,
    params:
        # No code digest, and functions that take `threads` (see `compute`): neither an edit of the downloader nor another
        # mirror is a reason to download gigabytes again. Partial downloads are in *.part files, which are not outputs,
        # so that Snakemake does not delete them.
        folder=lambda wildcards, output: str(Path(output.train).parent),
        urls=lambda wildcards, threads: of_bundle(wildcards)["urls"],
        keep_archive=lambda wildcards, threads: of_bundle(wildcards)["keep_archive"],
        advice=lambda wildcards, threads: download_advice(BUNDLES[wildcards.bundle], PLAN.datasets),
    message:
        "Downloading the bundle {wildcards.bundle}, several gigabytes; to follow it: tail -f {log}"
    script:
        "../scripts/download_deepsea.py"


rule truncate_deepsea:
    input:
        unpack(dataset_files),
        factors=FACTORS,
        features=str(RESOURCES / "deepsea_features.tsv"),
    output:
        dataset=f"{DATASET}/dataset.h5",
        checks=f"{DATASET}/checks.json",
    log:
        f"{DATASET}/logs/truncate_deepsea.log",
    benchmark:
        f"{DATASET}/benchmarks/truncate_deepsea.tsv"
    wildcard_constraints:
        dataset=datasets_of("deepsea"),
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        dataset_name="{dataset}",
        parameters=part("parameters"),
        code=code_digest("truncate_deepsea.py"),
    message:
        "Cutting the DeepSEA bundle down to the targets of {wildcards.dataset}"
    script:
        "../scripts/truncate_deepsea.py"
