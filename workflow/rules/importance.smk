# What the networks use: how much each filter of the first layer matters, and how many filters share a motif.


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
    message:
        "Taking out the filters of {wildcards.architecture} with {wildcards.activation}, {wildcards.setting}seed {wildcards.seed}, one by one"
    script:
        "../scripts/score_importance.py"


rule plot_importance:
    input:
        summaries=lambda wildcards: LAYOUT.of_runs(f"{RUN}/summary.json", wildcards.dataset),
        matches=lambda wildcards: LAYOUT.of_runs(f"{RUN}/matches.tsv", wildcards.dataset),
        importance=lambda wildcards: LAYOUT.of_models(f"{RUN}/importance.tsv", wildcards.dataset),
    output:
        output=report(
            f"{EXPERIMENT}/figures/{{dataset}}/importance.png",
            caption="../report/importance.rst",
            category="Figures",
            labels={"figure": "Filter importance, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_importance.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code_digest("plot_importance.py"),
    message:
        "Drawing how much each filter matters on {wildcards.dataset}"
    script:
        "../scripts/plot_importance.py"


rule plot_redundancy:
    input:
        summaries=lambda wildcards: LAYOUT.of_runs(f"{RUN}/summary.json", wildcards.dataset),
        matches=lambda wildcards: LAYOUT.of_runs(f"{RUN}/matches.tsv", wildcards.dataset),
        motifs=lambda wildcards: LAYOUT.of_motifs(f"{RUN}/filters.meme", wildcards.dataset),
    output:
        output=report(
            f"{EXPERIMENT}/figures/{{dataset}}/redundancy.png",
            caption="../report/redundancy.rst",
            category="Figures",
            labels={"figure": "Filters per motif, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_redundancy.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code_digest("plot_redundancy.py"),
    message:
        "Drawing how many filters share a motif on {wildcards.dataset}"
    script:
        "../scripts/plot_redundancy.py"
