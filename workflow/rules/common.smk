# The only Python of the workflow: what the configuration asks for, and where things lie.

import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

SCRIPTS = Path(workflow.current_basedir).parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

from motifcnn.code_digest import code_digest as digest_of, module_digest
from motifcnn.config import check_no_repeated_keys, make_plan, nvidia_gpu_is_here, with_types
from motifcnn.errors import UserError

try:
    for path in workflow.configfiles:
        check_no_repeated_keys(path)
    PLAN = make_plan(with_types(config, workflow.config_settings.config))
except UserError as error:
    # As a WorkflowError it reaches the user without a traceback.
    raise WorkflowError(str(error)) from None

PROTOCOL = PLAN.config["protocol"]
COMPUTE = PLAN.config["compute"]
EXPERIMENT = f"results/{PLAN.config['experiment']}"
DATASET = f"{EXPERIMENT}/{{dataset}}"
RUN = f"{DATASET}/{{architecture}}/{{activation}}/seed-{{seed}}"
GROUND_TRUTH = f"{DATASET}/controls/ground_truth"
FACTORS = "resources/transcription_factors.tsv"

# Every variant of a run's filters: its motifs, and what Tomtom says about them.
CONTROL_MOTIFS = {
    name: f"controls/{name}.meme"
    for name in ("untrained", "shuffled")
    if name in PROTOCOL["controls"]
}
MOTIFS = {"trained": "filters.meme", **CONTROL_MOTIFS}
MATCHES = {"trained": "tomtom.tsv"} | {
    name: f"controls/{name}.tomtom.tsv" for name in CONTROL_MOTIFS
}
PUBLISHED = {"published": PLAN.published} if PLAN.published else {}


wildcard_constraints:
    dataset="[^/]+",
    architecture="[^/]+",
    activation="[^/]+",
    seed=r"\d+",
    sheet=r"\d+",


def code_digest(*files):
    """A param that changes with a script and the modules it imports, but not with a mere touch."""
    return digest_of(SCRIPTS, *files)


def datasets_of(kind):
    """A wildcard constraint: the datasets of one type, so that each type can have rules of its own."""
    names = [name for name, dataset in PLAN.datasets.items() if dataset["type"] == kind]
    return "|".join(map(re.escape, names)) or "(?!)"


def of_run(files):
    """Paths of files of a run."""
    return {name: f"{RUN}/{path}" for name, path in files.items()}


def of_runs(pattern, **only):
    """`pattern` filled in for every run, or for those with the given dataset, architecture, …"""
    runs = [run._asdict() for run in PLAN.runs]
    return [pattern.format(**run) for run in runs if only.items() <= run.items()]


def of_ground_truth(name, *datasets):
    """Paths of a file of the ground-truth control, for those of the datasets (all) that have one."""
    known = [
        dataset for dataset in PLAN.with_ground_truth if dataset in (datasets or PLAN.datasets)
    ]
    return [f"{GROUND_TRUTH}/{name}".format(dataset=dataset) for dataset in known]


def ground_truth_of_dataset(wildcards):
    """The planted motifs, or nothing where they are not known."""
    found = of_ground_truth("filters.meme", wildcards.dataset)
    return found[0] if found else []


def of_panels(pattern):
    """A function that fills `pattern` in for every panel of a sheet of logos."""

    def paths(wildcards):
        sheet = PLAN.sheets[wildcards.dataset, int(wildcards.sheet)]
        return [pattern.format(**panel._asdict()) for panel in sheet.panels]

    return paths


def of_sheets(pattern):
    """`pattern` filled in for every sheet of logos of every dataset."""
    return [pattern.format(dataset=dataset, sheet=number) for dataset, number in PLAN.sheets]


def benchmarks():
    """Where Snakemake writes how long the jobs took; some files may not be there."""
    of_run = ("train_model", "extract_filters", "match_motifs")
    of_dataset = ("simulate_dataset", "match_ground_truth")
    return [
        *(path for name in of_run for path in of_runs(f"{RUN}/benchmarks/{name}.tsv")),
        *expand(f"{DATASET}/benchmarks/{{name}}.tsv", name=of_dataset, dataset=PLAN.datasets),
    ]


def dataset_parameters(wildcards):
    """How a dataset is simulated, without what only describes it."""
    rest = ("type", "title", "source", "database")
    parameters = PLAN.datasets[wildcards.dataset]
    return {key: value for key, value in parameters.items() if key not in rest}


def declaration(wildcards):
    """The network of a run as its layers, or as the user's own module."""
    network = PLAN.architectures[wildcards.architecture]
    return {key: value for key, value in network.items() if key != "source"}


def activation_module(wildcards):
    """The user's own activation module, or None for one of the workflow's."""
    return (PLAN.activations[wildcards.activation] or {}).get("module")


def own_code(wildcards):
    """Digests of the user's own modules in a run, so that editing one re-runs what uses it."""
    network = declaration(wildcards)
    names = [network.get("module"), activation_module(wildcards)]
    names += [
        layer["activation"] for layer in network.get("layers", ()) if ":" in layer["activation"]
    ]
    return [module_digest(name, Path.cwd()) for name in dict.fromkeys(names) if name]


def compute(wildcards, threads):
    """Where to train. Since it takes `threads`, Snakemake sees no reason to train again when it changes."""
    return {**COMPUTE, "threads": threads}


def device(wildcards, threads):
    """The device alone; see `compute`."""
    return COMPUTE["device"]


def gpus():
    """GPUs per job. With `device: auto`, one if the machine that plans has an NVIDIA GPU."""
    return int(
        COMPUTE["device"] == "cuda" or (COMPUTE["device"] == "auto" and nvidia_gpu_is_here())
    )
