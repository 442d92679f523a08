# Figures, and the page that holds them and the tables, of the experiment and of each dataset alone (`part`).
# All of it reads small files, one or two per run.


rule plot_matches:
    input:
        **PUBLISHED,
        runs=of_part(LAYOUT.summaries),
    output:
        output=report(
            f"{PART}figures/matches.svg",
            caption="../report/matches.rst",
            category="Figures",
            labels={"figure": "Matches {part}"},
        ),
    log:
        f"{PART}logs/plot_matches.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        kind="matches",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the fractions of filters that match in {EXPERIMENT}/{wildcards.part}"
    script:
        "../scripts/plot_curves.py"


rule plot_learning_curves:
    input:
        runs=lambda wildcards: LAYOUT.of_trainings(f"{RUN}/history.tsv", wildcards.dataset),
    output:
        output=report(
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
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        kind="learning",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the learning curves on {wildcards.dataset}"
    script:
        "../scripts/plot_curves.py"


rule plot_precision_recall:
    input:
        runs=lambda wildcards: LAYOUT.of_trainings(f"{RUN}/precision_recall.tsv", wildcards.dataset),
    output:
        output=report(
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
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        kind="precision_recall",
        code=code_digest("plot_curves.py"),
    message:
        "Drawing the precision-recall curves on {wildcards.dataset}"
    script:
        "../scripts/plot_curves.py"


rule plot_logos:
    input:
        motifs=lambda wildcards: fill_in(
            f"{LAYER}filters.meme", map(PLAN.motifs_of, panels(wildcards))
        ),
        matches=lambda wildcards: fill_in(f"{LAYER}matches.tsv", panels(wildcards)),
        truth=lambda wildcards: LAYOUT.of_ground_truth("filters.meme", wildcards.dataset),
    output:
        output=report(
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
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        title=lambda wildcards: PLAN.sheets[wildcards.dataset, int(wildcards.sheet)].title,
        labels=lambda wildcards: [panel.label for panel in panels(wildcards)],
        code=code_digest("plot_logos.py"),
    message:
        "Drawing filters on {wildcards.dataset} as logos, sheet {wildcards.sheet}"
    script:
        "../scripts/plot_logos.py"


rule make_report:
    input:
        **PUBLISHED,
        table=f"{PART}tables/table1.tsv",
        motifs_found=f"{PART}tables/motifs_found.tsv",
        statements=f"{PART}tables/statements.tsv",
        charts=f"{PART}figures/matches.svg",
        sheets=of_part(LAYOUT.of_sheets, f"{EXPERIMENT}/figures/{{dataset}}/logos-{{sheet}}.png"),
        learning_curves=of_part(
            LAYOUT.of_dataset, f"{EXPERIMENT}/figures/{{dataset}}/learning_curves.png"
        ),
        precision_recall=of_part(
            LAYOUT.of_dataset, f"{EXPERIMENT}/figures/{{dataset}}/precision_recall.png"
        ),
        importance=of_part(LAYOUT.of_dataset, f"{EXPERIMENT}/figures/{{dataset}}/importance.png"),
        redundancy=of_part(LAYOUT.of_dataset, f"{EXPERIMENT}/figures/{{dataset}}/redundancy.png"),
        metrics=of_part(LAYOUT.of_trainings, f"{RUN}/metrics.json"),
        records=of_part(LAYOUT.of_trainings, f"{RUN}/record.json"),
        checks=of_part(LAYOUT.checks),
    output:
        output=report(
            f"{PART}report.html",
            caption="../report/report.rst",
            category="Report",
            labels={"page": "Report {part}"},
        ),
    log:
        f"{PART}logs/make_report.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        config=config_of_part,
        # As parameters, since no rule declares them as outputs.
        benchmarks=of_part(LAYOUT.benchmarks),
        sheet_titles=of_part(LAYOUT.titles_of_sheets),
        code=code_digest(
            "make_report.py",
            *(f"../report/{name}" for name in ("report.html.j2", "tables.html.j2", "style.css")),
        ),
    message:
        "Writing {output}"
    script:
        "../scripts/make_report.py"
