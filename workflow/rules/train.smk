# Training: one job per run, one file format for every network.


rule train_model:
    input:
        dataset=f"{DATASET}/dataset.h5",
    output:
        model=f"{RUN}/model.safetensors",
        metrics=f"{RUN}/metrics.json",
        history=f"{RUN}/history.tsv",
        precision_recall=f"{RUN}/precision_recall.tsv",
        record=f"{RUN}/record.json",
    log:
        f"{RUN}/logs/train_model.log",
    benchmark:
        f"{RUN}/benchmarks/train_model.tsv"
    conda:
        "../../envs/training.yaml"
    threads: COMPUTE["threads"]
    resources:
        gpu=gpus(),
        # The sequences are held in memory, one byte per letter; the file is compressed to about a third.
        mem_mb=lambda wildcards, input, attempt: int(2000 + 4 * input.size_mb) * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        architecture="{architecture}",
        declaration=part("declaration"),
        activation="{activation}",
        activation_spec=part("activation_spec"),
        seed=lambda wildcards: int(wildcards.seed),
        setting=lambda wildcards: key_of(wildcards).setting,
        training=part("training"),
        aupr=part("aupr"),
        precision=COMPUTE["precision"],
        compute=compute,
        # Not an output, so Snakemake keeps it when a job fails, and the next one resumes from it.
        checkpoint=lambda wildcards, output: str(Path(output.model).with_name("checkpoint")),
        code=code_digest("train_model.py"),
        own_code=own_code,
        label=label,
    message:
        "Training on {wildcards.dataset}: {params.label}"
    script:
        "../scripts/train_model.py"
