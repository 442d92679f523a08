# Motifs against known motifs. The ground truth goes through the same rules as the filters.


rule match_motifs:
    input:
        queries=in_folder_of(PLAN.motifs_of, list(MOTIFS.values())),
        database=of_setting(lambda setting: setting.database),
    output:
        output=list(MATCHES.values()),
    log:
        f"{LAYER}logs/match_motifs.log",
    benchmark:
        f"{LAYER}benchmarks/match_motifs.tsv"
    conda:
        "../../envs/meme.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        drop=of_setting(lambda setting: setting.matching["drop"]),
        evalue=of_setting(lambda setting: setting.matching["evalue"]),
        engine=of_setting(lambda setting: setting.matching["engine"]),
        code=code_digest("match_motifs.py"),
        label=label,
    message:
        "Comparing with known motifs on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/match_motifs.py"


use rule match_motifs as match_ground_truth with:
    input:
        queries=[f"{GROUND_TRUTH}/filters.meme"],
        database=PLAN.settings[""].database,
    output:
        output=[f"{GROUND_TRUTH}/tomtom.tsv"],
    log:
        f"{DATASET}/logs/match_ground_truth.log",
    benchmark:
        f"{DATASET}/benchmarks/match_ground_truth.tsv"


rule score_matches:
    input:
        motifs=in_folder_of(PLAN.motifs_of, list(MOTIFS.values())),
        tomtom=list(MATCHES.values()),
        metrics=in_folder_of(PLAN.model_of, f"{RUN}/metrics.json"),
        arrays=in_folder_of(PLAN.motifs_of, f"{LAYER}filters.h5"),
        database=of_setting(lambda setting: setting.database),
        factors=FACTORS,
        synonyms=SYNONYMS,
    output:
        matches=f"{LAYER}matches.tsv",
        summary=f"{LAYER}summary.json",
        counts=f"{LAYER}filters.jaspar",
    log:
        f"{LAYER}logs/score_matches.log",
    conda:
        "../../envs/motifs.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 5 * attempt,
    params:
        variants=list(MOTIFS),
        dataset_name="{dataset}",
        setting=lambda wildcards: key_of(wildcards).setting,
        layer=lambda wildcards: key_of(wildcards).layer,
        matching=part("matching"),
        code=code_digest("score_matches.py"),
        label=label,
    message:
        "Counting matches on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/score_matches.py"


use rule score_matches as score_ground_truth with:
    input:
        motifs=[f"{GROUND_TRUTH}/filters.meme"],
        tomtom=[f"{GROUND_TRUTH}/tomtom.tsv"],
        dataset=f"{DATASET}/dataset.h5",
        database=PLAN.settings[""].database,
        factors=FACTORS,
        synonyms=SYNONYMS,
    output:
        matches=f"{GROUND_TRUTH}/matches.tsv",
        summary=f"{GROUND_TRUTH}/summary.json",
    log:
        f"{DATASET}/logs/score_ground_truth.log",
    params:
        variants=["trained"],
        setting="",
        layer=1,
        dataset_name="{dataset}",
        matching=part("matching"),
        code=code_digest("score_matches.py"),
