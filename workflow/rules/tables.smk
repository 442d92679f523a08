# Tables for the experiment and for each dataset alone (`part`, see common.smk), made from one small file per run and layer.


rule make_tables:
    input:
        **PUBLISHED,
        summaries=of_part(LAYOUT.summaries),
    output:
        table=report(
            f"{PART}tables/table1.tsv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1 {part}", "format": "tsv"},
        ),
        html=report(
            f"{PART}tables/table1.html",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1 {part}", "format": "html"},
        ),
        markdown=f"{PART}tables/table1.md",
        latex=f"{PART}tables/table1.tex",
        motifs_found=report(
            f"{PART}tables/motifs_found.tsv",
            caption="../report/motifs_found.rst",
            category="Tables",
            labels={"table": "Motifs found {part}", "format": "tsv"},
        ),
        statements=report(
            f"{PART}tables/statements.tsv",
            caption="../report/statements.rst",
            category="Tables",
            labels={"table": "Statements {part}", "format": "tsv"},
        ),
    log:
        f"{PART}logs/make_tables.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        ddof=PROTOCOL["metrics"]["ddof"],
        code=code_digest(
            "make_tables.py",
            *(f"../report/table1.{form}.j2" for form in ("html", "md", "tex")),
            *(f"../report/{name}" for name in ("tables.html.j2", "style.css")),
        ),
    message:
        "Making the tables of {EXPERIMENT}/{wildcards.part}"
    script:
        "../scripts/make_tables.py"
