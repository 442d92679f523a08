# Windows of the genome around a user's own peaks.


rule window_peaks:
    input:
        unpack(dataset_files),
    output:
        dataset=f"{DATASET}/dataset.h5",
        windows=f"{DATASET}/windows.bed",
        counts=f"{DATASET}/counts.json",
    log:
        f"{DATASET}/logs/window_peaks.log",
    benchmark:
        f"{DATASET}/benchmarks/window_peaks.tsv"
    wildcard_constraints:
        dataset=datasets_of("peaks"),
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        dataset_name="{dataset}",
        parameters=part("parameters"),
        code=code_digest("window_peaks.py"),
    message:
        "Cutting windows around the peaks of {wildcards.dataset}"
    script:
        "../scripts/window_peaks.py"
