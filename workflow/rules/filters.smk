# Filters to motifs, with the controls that every match fraction is compared with.


rule extract_filters:
    input:
        model=in_folder_of(PLAN.model_of, f"{RUN}/model.safetensors"),
        dataset=f"{DATASET}/dataset.h5",
    output:
        **{f"{name}_motifs": path for name, path in MOTIFS.items() if name != "trained"},
        motifs=MOTIFS["trained"],
        arrays=f"{LAYER}filters.h5",
    log:
        f"{LAYER}logs/extract_filters.log",
    benchmark:
        f"{LAYER}benchmarks/extract_filters.tsv"
    conda:
        "../../envs/training.yaml"
    threads: COMPUTE["threads"]
    resources:
        gpu=gpus(),
        mem_mb=lambda wildcards, input, attempt: int(2000 + 4 * input.size_mb) * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        filters=part("filters"),
        layer=lambda wildcards: key_of(wildcards).layer,
        device=device,
        code=code_digest("extract_filters.py"),
        own_code=own_code,
        label=label,
    message:
        "Extracting filters on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/extract_filters.py"


rule write_ground_truth:
    input:
        dataset=f"{DATASET}/dataset.h5",
        database=lambda wildcards: PLAN.databases[wildcards.dataset],
        factors=FACTORS,
    output:
        motifs=f"{GROUND_TRUTH}/filters.meme",
    log:
        f"{DATASET}/logs/write_ground_truth.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 5 * attempt,
    params:
        code=code_digest("write_ground_truth.py"),
    message:
        "Writing the true motifs of {wildcards.dataset}"
    script:
        "../scripts/write_ground_truth.py"


rule plot_single_logos:
    input:
        motifs=f"{LAYER}filters.meme",
    output:
        folder=directory(f"{LAYER}single_logos"),
    log:
        f"{LAYER}logs/plot_single_logos.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 5 * attempt,
    params:
        code=code_digest("plot_single_logos.py"),
        label=label,
    message:
        "Drawing each filter as a logo of its own on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/plot_single_logos.py"
