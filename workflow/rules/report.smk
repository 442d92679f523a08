# Figures, and the page with figures and tables, for the experiment and for each dataset alone (`part`).
# These rules read only small files, one or two per run.


rule plot_figure:
    input:
        files=lambda wildcards: LAYOUT.of_analysis(ANALYSES[wildcards.figure], wildcards.dataset),
        published=published_beside,
    output:
        output=report(
            LAYOUT.figures["dataset"],
            caption="../report/figure.rst",
            category="Figures",
            labels=lambda wildcards: {
                "figure": f"{ANALYSES[wildcards.figure].title}, {wildcards.dataset}"
            },
        ),
    log:
        f"{DATASET}/logs/plot_{{figure}}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        figure=lambda wildcards: wildcards.figure,
        sweeps=lambda wildcards: part("sweeps") if wildcards.figure == "sweeps" else [],
        # A function that takes `threads`, so another wording is no reason to draw again.
        caption=lambda wildcards, threads: ANALYSES[wildcards.figure].caption_for(
            bool(PLAN.published)
        ),
        code=lambda wildcards: code_digest(
            "plot_figure.py", f"motifcnn/report/figures/{wildcards.figure}.py"
        ),
    message:
        "Drawing {wildcards.figure} on {wildcards.dataset}"
    script:
        "../scripts/plot_figure.py"


use rule plot_figure as plot_figure_of_part with:
    input:
        files=lambda wildcards: of_part(LAYOUT.of_analysis, ANALYSES[wildcards.figure])(wildcards),
        published=published_beside,
    output:
        output=report(
            LAYOUT.figures["part"],
            caption="../report/figure.rst",
            category="Figures",
            labels=lambda wildcards: {
                "figure": f"{ANALYSES[wildcards.figure].title} {wildcards.part}"
            },
        ),
    log:
        f"{PART}logs/plot_{{figure}}.log",
    message:
        f"Drawing {{wildcards.figure}} in {EXPERIMENT}/{{wildcards.part}}"


rule plot_logos:
    input:
        motifs=lambda wildcards: [panel.motifs for panel in panels(wildcards)],
        matches=lambda wildcards: [panel.matches for panel in panels(wildcards)],
        truth=lambda wildcards: LAYOUT.of_ground_truth("filters.meme", wildcards.dataset),
    output:
        output=report(
            LAYOUT.figures["sheet"].replace("{figure}", "logos"),
            caption="../report/figure.rst",
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
        caption=lambda wildcards, threads: ANALYSES["logos"].caption,
        title=lambda wildcards: PLAN.sheets[wildcards.dataset, int(wildcards.sheet)].title,
        labels=lambda wildcards: [panel.label for panel in panels(wildcards)],
        variants=lambda wildcards: [panel.variant for panel in panels(wildcards)],
        code=code_digest("plot_logos.py"),
    message:
        "Drawing filters on {wildcards.dataset} as logos, sheet {wildcards.sheet}"
    script:
        "../scripts/plot_logos.py"


rule make_report:
    input:
        **PUBLISHED,
        tables=lambda wildcards: LAYOUT.tables_of(wildcards.part),
        motifs_found=f"{PART}tables/motifs_found.tsv",
        comparisons=f"{PART}tables/comparisons.tsv",
        leaderboard=f"{PART}tables/leaderboard.tsv",
        statements=f"{PART}tables/statements.tsv",
        attributions=lambda wildcards: LAYOUT.attribution_table_of(wildcards.part),
        figures=lambda wildcards: LAYOUT.figures_of(wildcards.part),
        filters=of_part(LAYOUT.filters_of_sheets),
        metrics=of_part(LAYOUT.of_trainings, f"{RUN}/metrics.json"),
        records=of_part(LAYOUT.of_trainings, f"{RUN}/record.json"),
        descriptions=of_part(LAYOUT.descriptions),
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
        remarks=lambda wildcards: PLAN.remarks_on(LAYOUT.datasets_of(wildcards.part)),
        # As parameters, since no rule declares them as outputs; to these Snakemake adds no `prefix` of a module.
        benchmarks=lambda wildcards, output: [
            output.output.removesuffix(f"{PART}report.html".format(part=wildcards.part)) + path
            for path in of_part(LAYOUT.benchmarks)(wildcards)
        ],
        sheet_titles=of_part(LAYOUT.titles_of_sheets),
        code=code_digest(
            "make_report.py",
            # Its sections and notes stand on the page, and its captions.
            "motifcnn/experiment/analyses.py",
            *(
                f"../report/{name}"
                for name in ("report.html.j2", "macros.html.j2", "style.css", "report.js")
            ),
        ),
    message:
        "Writing {output}"
    script:
        "../scripts/make_report.py"
