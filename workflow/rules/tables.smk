# Tables for the experiment and for each dataset alone (`part`, see common.smk), made from one small file per run and layer.


rule make_table:
    input:
        **PUBLISHED,
        summaries=lambda wildcards: LAYOUT.summaries_of(wildcards.part, wildcards.table),
    output:
        table=report(
            f"{PART}tables/{{table}}.tsv",
            caption="../report/table.rst",
            category="Tables",
            labels=lambda wildcards: {
                "table": f"{table_of(wildcards).title} {wildcards.part}",
                "format": "tsv",
            },
        ),
        html=report(
            f"{PART}tables/{{table}}.html",
            caption="../report/table.rst",
            category="Tables",
            labels=lambda wildcards: {
                "table": f"{table_of(wildcards).title} {wildcards.part}",
                "format": "html",
            },
        ),
        markdown=f"{PART}tables/{{table}}.md",
        latex=f"{PART}tables/{{table}}.tex",
        seeds=f"{PART}tables/{{table}}_seeds.tsv",
    log:
        f"{PART}logs/make_table-{{table}}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        ddof=PROTOCOL["metrics"]["ddof"],
        title=lambda wildcards: table_of(wildcards).title,
        side_by_side=lambda wildcards: table_of(wildcards).side_by_side,
        metrics=lambda wildcards: list(table_of(wildcards).metrics),
        code=code_digest(
            "make_table.py",
            *(f"../report/table.{form}.j2" for form in ("html", "md", "tex")),
            *(f"../report/{name}" for name in ("macros.html.j2", "style.css")),
        ),
    message:
        f"Making {{wildcards.table}} of {EXPERIMENT}/{{wildcards.part}}"
    script:
        "../scripts/make_table.py"


rule judge_statements:
    input:
        **PUBLISHED,
        tables=lambda wildcards: LAYOUT.tables_of(wildcards.part),
        summaries=of_part(LAYOUT.summaries),
        attributions=lambda wildcards: LAYOUT.attribution_table_of(wildcards.part),
        localisation=of_part(LAYOUT.localised),
    output:
        motifs_found=report(
            f"{PART}tables/motifs_found.tsv",
            caption="../report/motifs_found.rst",
            category="Tables",
            labels={"table": "Motifs found {part}", "format": "tsv"},
        ),
        comparisons=report(
            f"{PART}tables/comparisons.tsv",
            caption="../report/comparisons.rst",
            category="Tables",
            labels={"table": "Activations compared {part}", "format": "tsv"},
        ),
        leaderboard=report(
            f"{PART}tables/leaderboard.tsv",
            caption="../report/leaderboard.rst",
            category="Tables",
            labels={"table": "Activations ranked {part}", "format": "tsv"},
        ),
        statements=report(
            f"{PART}tables/statements.tsv",
            caption="../report/statements.rst",
            category="Tables",
            labels={"table": "Statements {part}", "format": "tsv"},
        ),
        html=f"{PART}tables/statements.html",
        markdown=f"{PART}tables/statements.md",
        latex=f"{PART}tables/statements.tex",
    log:
        f"{PART}logs/judge_statements.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        ddof=PROTOCOL["metrics"]["ddof"],
        code=code_digest(
            "judge_statements.py",
            *(f"../report/statements.{form}.j2" for form in ("html", "md", "tex")),
            *(f"../report/{name}" for name in ("macros.html.j2", "style.css")),
        ),
    message:
        f"Comparing activations and judging statements in {EXPERIMENT}/{{wildcards.part}}"
    script:
        "../scripts/judge_statements.py"
