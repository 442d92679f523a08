# Tables, figures, and the page that holds them. All of it reads small files, one or two per run.


rule make_tables:
    input:
        **PUBLISHED,
        summaries=[*of_runs(f"{RUN}/summary.json"), *of_ground_truth("summary.json")],
    output:
        table=report(
            f"{EXPERIMENT}/tables/table1.tsv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1", "format": "tsv"},
        ),
        html=report(
            f"{EXPERIMENT}/tables/table1.html",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1", "format": "html"},
        ),
        markdown=f"{EXPERIMENT}/tables/table1.md",
        latex=f"{EXPERIMENT}/tables/table1.tex",
        motifs_found=report(
            f"{EXPERIMENT}/tables/motifs_found.tsv",
            caption="../report/motifs_found.rst",
            category="Tables",
            labels={"table": "Motifs found", "format": "tsv"},
        ),
    log:
        f"{EXPERIMENT}/logs/make_tables.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        ddof=PROTOCOL["metrics"]["ddof"],
        bootstrap=PROTOCOL["metrics"]["bootstrap"],
        code=code_digest(
            "make_tables.py",
            *(f"../report/{name}" for name in ("table1.html.j2", "tables.html.j2", "style.css")),
        ),
    message:
        "Making the tables"
    script:
        "../scripts/make_tables.py"


rule plot_matches:
    input:
        **PUBLISHED,
        runs=[*of_runs(f"{RUN}/summary.json"), *of_ground_truth("summary.json")],
    output:
        report(
            f"{EXPERIMENT}/figures/matches.svg",
            caption="../report/matches.rst",
            category="Figures",
            labels={"figure": "Matches"},
        ),
    log:
        f"{EXPERIMENT}/logs/plot_matches.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        kind="matches",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the fractions of filters that match"
    script:
        "../scripts/plot_curves.py"


rule plot_learning_curves:
    input:
        runs=lambda wildcards: of_runs(f"{RUN}/history.tsv", dataset=wildcards.dataset),
    output:
        report(
            f"{EXPERIMENT}/figures/{{dataset}}/learning_curves.png",
            caption="../report/learning_curves.rst",
            category="Figures",
            labels={"figure": "Learning curves, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_learning_curves.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        kind="learning",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the learning curves on {wildcards.dataset}"
    script:
        "../scripts/plot_curves.py"


rule plot_precision_recall:
    input:
        runs=lambda wildcards: of_runs(f"{RUN}/precision_recall.tsv", dataset=wildcards.dataset),
    output:
        report(
            f"{EXPERIMENT}/figures/{{dataset}}/precision_recall.png",
            caption="../report/precision_recall.rst",
            category="Figures",
            labels={"figure": "Precision and recall, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_precision_recall.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        kind="precision_recall",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the precision-recall curves on {wildcards.dataset}"
    script:
        "../scripts/plot_curves.py"


rule plot_logos:
    input:
        motifs=of_panels(f"{RUN}/filters.meme"),
        matches=of_panels(f"{RUN}/matches.tsv"),
        truth=ground_truth_of_dataset,
    output:
        report(
            f"{EXPERIMENT}/figures/{{dataset}}/logos-{{sheet}}.png",
            caption="../report/logos.rst",
            category="Figures",
            labels={"figure": "Logos {sheet}, {dataset}"},
        ),
    log:
        f"{DATASET}/logs/plot_logos-{{sheet}}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        title=lambda wildcards: PLAN.sheets[wildcards.dataset, int(wildcards.sheet)].title,
        labels=of_panels("{architecture} {activation}, seed {seed}"),
        code=code_digest("plot_logos.py"),
    message:
        "Drawing filters on {wildcards.dataset} as logos, sheet {wildcards.sheet}"
    script:
        "../scripts/plot_logos.py"


rule make_report:
    input:
        **PUBLISHED,
        table=f"{EXPERIMENT}/tables/table1.tsv",
        motifs_found=f"{EXPERIMENT}/tables/motifs_found.tsv",
        charts=f"{EXPERIMENT}/figures/matches.svg",
        sheets=of_sheets(f"{EXPERIMENT}/figures/{{dataset}}/logos-{{sheet}}.png"),
        learning_curves=expand(
            f"{EXPERIMENT}/figures/{{dataset}}/learning_curves.png", dataset=PLAN.datasets
        ),
        precision_recall=expand(
            f"{EXPERIMENT}/figures/{{dataset}}/precision_recall.png", dataset=PLAN.datasets
        ),
        metrics=of_runs(f"{RUN}/metrics.json"),
        records=of_runs(f"{RUN}/record.json"),
    output:
        report(
            f"{EXPERIMENT}/report.html",
            caption="../report/report.rst",
            category="Report",
            labels={"page": "Report"},
        ),
    log:
        f"{EXPERIMENT}/logs/make_report.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        config=lambda wildcards: PLAN.config,
        # As parameters, since no rule declares them as outputs.
        benchmarks=benchmarks(),
        code=code_digest(
            "make_report.py",
            *(f"../report/{name}" for name in ("report.html.j2", "tables.html.j2", "style.css")),
        ),
    message:
        "Writing the report"
    script:
        "../scripts/make_report.py"
