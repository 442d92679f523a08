# What is computed for every training for one analysis (motifcnn/experiment/analyses.py).


rule score_importance:
    input:
        model=f"{RUN}/model.safetensors",
        dataset=f"{DATASET}/dataset.h5",
    output:
        output=f"{RUN}/importance.tsv",
    log:
        f"{RUN}/logs/score_importance.log",
    benchmark:
        f"{RUN}/benchmarks/score_importance.tsv"
    conda:
        "../../envs/training.yaml"
    threads: COMPUTE["threads"]
    resources:
        gpu=gpus(),
        mem_mb=lambda wildcards, input, attempt: int(2000 + 4 * input.size_mb) * attempt,
        # One pass of the network per filter: minutes with 300 filters and sequences of 1,000 nt on a CPU.
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        aupr=part("aupr"),
        device=device,
        code=code_digest("score_importance.py"),
        own_code=own_code,
        label=label,
    message:
        "Scoring the importance of filters on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/score_importance.py"


rule score_localisation:
    input:
        model=f"{RUN}/model.safetensors",
        dataset=f"{DATASET}/dataset.h5",
        database=lambda wildcards: PLAN.databases[wildcards.dataset],
    output:
        output=f"{RUN}/localisation.tsv",
    log:
        f"{RUN}/logs/score_localisation.log",
    benchmark:
        f"{RUN}/benchmarks/score_localisation.tsv"
    conda:
        "../../envs/training.yaml"
    threads: COMPUTE["threads"]
    resources:
        mem_mb=lambda wildcards, input, attempt: int(2000 + 4 * input.size_mb) * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        code=code_digest("score_localisation.py"),
        own_code=own_code,
        label=label,
    message:
        "Scoring how well the first layer localises motifs on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/score_localisation.py"
