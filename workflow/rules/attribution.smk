# What trained networks say about single letters: one job per training and method of the configuration.

LOGOS = (PLAN.config["attribution"] or {}).get("logos", {})


rule attribute_sequences:
    input:
        model=f"{RUN}/model.safetensors",
        dataset=f"{DATASET}/dataset.h5",
    output:
        output=f"{LAYOUT.attribution}/attributions.h5",
    log:
        f"{RUN}/logs/attribute_sequences-{{method}}.log",
    benchmark:
        f"{RUN}/benchmarks/attribute_sequences-{{method}}.tsv"
    wildcard_constraints:
        method="|".join(map(re.escape, PLAN.attribution)) or "(?!)",
    conda:
        "../../envs/attribution.yaml"
    threads: COMPUTE["threads"]
    resources:
        gpu=gpus(),
        mem_mb=lambda wildcards, input, attempt: int(3000 + 4 * input.size_mb) * attempt,
        # Up to a minute per 500 sequences of 200 nt on a CPU; mutagenesis grows with the square of the length.
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        attribution=part("attribution"),
        seed=lambda wildcards: int(wildcards.seed),
        device=device,
        # The script imports its method by name.
        code=lambda wildcards: code_digest(
            "attribute_sequences.py",
            f"motifcnn/interpretation/attribution/{PLAN.attribution[wildcards.method]['method']}.py",
        ),
        own_code=own_code,
        label=label,
    message:
        "Attributing to letters on {wildcards.dataset} by {wildcards.method}: {params.label}"
    script:
        "../scripts/attribute_sequences.py"


rule score_attributions:
    input:
        attributions=f"{LAYOUT.attribution}/attributions.h5",
        dataset=f"{DATASET}/dataset.h5",
        metrics=f"{RUN}/metrics.json",
        database=lambda wildcards: PLAN.databases[wildcards.dataset],
    output:
        output=f"{LAYOUT.attribution}/scores.json",
    log:
        f"{RUN}/logs/score_attributions-{{method}}.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, input, attempt: int(1000 + 4 * input.size_mb) * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        method="{method}",
        code=code_digest("score_attributions.py"),
        label=label,
    message:
        "Comparing {wildcards.method} with the planted motifs of {wildcards.dataset}: {params.label}"
    script:
        "../scripts/score_attributions.py"


rule score_proxy:
    input:
        attributions=f"{LAYOUT.attribution}/attributions.h5",
        metrics=f"{RUN}/metrics.json",
        database=PLAN.settings[""].database,
        factors=FACTORS,
        synonyms=SYNONYMS,
    output:
        output=f"{LAYOUT.attribution}/proxy.json",
    log:
        f"{RUN}/logs/score_proxy-{{method}}.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        method="{method}",
        dataset_name="{dataset}",
        pvalue=PLAN.proxy,
        relevant=part("relevant"),
        code=code_digest("score_proxy.py"),
        label=label,
    message:
        "Comparing {wildcards.method} with motif hits, as a proxy, on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/score_proxy.py"


rule plot_attribution_logos:
    input:
        attributions=lambda wildcards: [
            key.fill_in(LAYOUT.in_attribution(method)) for method, key in rows_of_logos(wildcards)
        ],
        dataset=f"{DATASET}/dataset.h5",
        database=lambda wildcards: PLAN.databases[wildcards.dataset],
    output:
        output=report(
            LAYOUT.figures["architecture"].replace("{figure}", "attribution_logos"),
            caption="../report/figure.rst",
            category="Figures",
            labels={"figure": "Attribution logos of {architecture}, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_attribution_logos-{{architecture}}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, input, attempt: int(2000 + 4 * input.size_mb) * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        **LOGOS,
        caption=lambda wildcards, threads: ANALYSES["attribution_logos"].caption,
        methods=lambda wildcards: [method for method, _ in rows_of_logos(wildcards)],
        networks=lambda wildcards: [
            " · ".join(key.parts[1:]) for _, key in rows_of_logos(wildcards)
        ],
        title="{architecture} on {dataset}",
        code=code_digest("plot_attribution_logos.py"),
    message:
        "Drawing attributions of {wildcards.architecture} on {wildcards.dataset} as logos"
    script:
        "../scripts/plot_attribution_logos.py"


rule tabulate_attributions:
    input:
        **PUBLISHED,
        scores=lambda wildcards: LAYOUT.attribution_scores(wildcards.part),
    output:
        output=report(
            f"{PART}tables/attributions.tsv",
            caption="../report/attributions.rst",
            category="Tables",
            labels={"table": "Attributions {part}", "format": "tsv"},
        ),
        html=f"{PART}tables/attributions.html",
        markdown=f"{PART}tables/attributions.md",
        latex=f"{PART}tables/attributions.tex",
    log:
        f"{PART}logs/tabulate_attributions.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        ddof=PROTOCOL["metrics"]["ddof"],
        code=code_digest(
            "tabulate_attributions.py",
            *(f"../report/table.{form}.j2" for form in ("html", "md", "tex")),
            *(f"../report/{name}" for name in ("macros.html.j2", "style.css")),
        ),
    message:
        f"Tabulating how well attributions find the planted motifs in {EXPERIMENT}/{{wildcards.part}}"
    script:
        "../scripts/tabulate_attributions.py"
