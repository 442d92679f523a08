# The motifs that attributions hold, beside those of the filters: TF-MoDISco. Included only if the configuration asks for it,
# so that its environment is made for nobody else (envs/modisco.yaml).

from importlib.util import find_spec

# Said before hours of training, not after them.
if (
    workflow.is_main_process
    and not workflow.deployment_settings.deployment_method
    and not find_spec("modiscolite")
):
    logger.warning(
        "Note: attribution: modisco: needs modisco-lite, which is not installed here: run with --use-conda, or install "
        "what envs/modisco.yaml has"
    )


rule find_patterns:
    input:
        attributions=LAYOUT.in_attribution(PLAN.modisco["method"]),
    output:
        output=f"{LAYOUT.modisco}/patterns.h5",
    log:
        f"{RUN}/logs/find_patterns.log",
    benchmark:
        f"{RUN}/benchmarks/find_patterns.tsv"
    conda:
        "../../envs/modisco.yaml"
    threads: COMPUTE["threads"]
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        modisco=part("modisco"),
        code=code_digest("find_patterns.py"),
        label=label,
    message:
        "Searching attributions for patterns on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/find_patterns.py"


rule trim_patterns:
    input:
        patterns=f"{LAYOUT.modisco}/patterns.h5",
    output:
        motifs=f"{LAYOUT.modisco}/patterns.meme",
    log:
        f"{RUN}/logs/trim_patterns.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 5 * attempt,
    params:
        trim_at=part("trim_at"),
        code=code_digest("trim_patterns.py"),
        label=label,
    message:
        "Turning patterns into motifs on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/trim_patterns.py"


use rule match_motifs as match_patterns with:
    input:
        queries=in_folder_of(PLAN.model_of, [f"{LAYOUT.modisco}/patterns.meme"]),
        database=of_setting(lambda setting: setting.database),
    output:
        output=[f"{LAYOUT.modisco}/tomtom.tsv"],
    log:
        f"{RUN}/logs/match_patterns.log",
    benchmark:
        f"{RUN}/benchmarks/match_patterns.tsv"


use rule score_matches as score_patterns with:
    input:
        motifs=in_folder_of(PLAN.model_of, [f"{LAYOUT.modisco}/patterns.meme"]),
        tomtom=[f"{LAYOUT.modisco}/tomtom.tsv"],
        metrics=in_folder_of(PLAN.model_of, f"{RUN}/metrics.json"),
        database=of_setting(lambda setting: setting.database),
        factors=FACTORS,
        synonyms=SYNONYMS,
    output:
        matches=f"{LAYOUT.modisco}/matches.tsv",
        summary=f"{LAYOUT.modisco}/summary.json",
    log:
        f"{RUN}/logs/score_patterns.log",
    params:
        variants=["modisco"],
        dataset_name="{dataset}",
        setting=lambda wildcards: key_of(wildcards).setting,
        layer=1,
        matching=part("matching"),
        code=code_digest("score_matches.py"),
        label=label,
