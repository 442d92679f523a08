# What the configuration asks for, and where files are.

import re
import sys
import warnings
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

try:
    SCRIPTS = Path(workflow.current_basedir).parent / "scripts"
except TypeError:
    raise WorkflowError(
        f"{workflow.current_basedir.get_path_or_uri(secret_free=True)}: the rules import a package that lies beside "
        "them, so a module cannot be read from a repository elsewhere; clone it and name the file, "
        'snakefile: "motif-filters/workflow/Snakefile"'
    ) from None
sys.path.insert(0, str(SCRIPTS))

from motifcnn.adapters.code_digest import code_digest as digest_of, digests_of_network
from motifcnn.experiment.analyses import ANALYSES
from motifcnn.experiment.config import (
    make_plan,
    with_types,
)
from motifcnn.core.errors import UserError
from motifcnn.experiment.dataset_kinds import bundle_owners, download_advice, kind_of
from motifcnn.core.run_key import RunKey
from motifcnn.experiment.lookup import look_up, selectors
from motifcnn.experiment.paths import Layout
from motifcnn.experiment.registries import resources_folder
from motifcnn.experiment.yaml_file import read_yaml

# Snakemake leaves a coroutine of its own behind where `resources` ask for the size of an input that is not there yet.
warnings.filterwarnings("ignore", "coroutine 'InputFiles", RuntimeWarning)

try:
    for path in workflow.configfiles:
        read_yaml(path)  # refuses what Snakemake's own reader lets through
    PLAN = make_plan(with_types(config, workflow.config_settings.config))
except UserError as error:
    # As a WorkflowError it reaches the user without a traceback.
    raise WorkflowError(str(error)) from None

if workflow.is_main_process:
    for _, remark in PLAN.remarks:
        logger.warning(f"Note: {remark}")

ONE_SETTING = len(PLAN.settings) == 1
PROTOCOL = PLAN.config["protocol"]
LAYOUT = Layout(PLAN)
EXPERIMENT, DATASET, RUN, LAYER = LAYOUT.experiment, LAYOUT.dataset, LAYOUT.run, LAYOUT.layer
GROUND_TRUTH, PART, PARTS = LAYOUT.ground_truth, LAYOUT.part, LAYOUT.parts
RESOURCES = resources_folder()
FACTORS, SYNONYMS = (
    str(RESOURCES / name) for name in ("transcription_factors.tsv", "factor_synonyms.tsv")
)
MOTIFS, MATCHES = LAYOUT.motifs, LAYOUT.matches
BUNDLES = bundle_owners(PLAN.datasets)
PUBLISHED = {"published": PLAN.published} if PLAN.published else {}


wildcard_constraints:
    dataset="[^/]+",
    part=f"({'|'.join(map(re.escape, PARTS))})",
    # Not a folder of the user's own below downloads/.
    bundle="|".join(map(re.escape, BUNDLES)) or "(?!)",
    architecture="[^/]+",
    activation="[^/]+",
    # Folders that exist only for a named setting, and for layers after the first.
    setting=f"({'|'.join(re.escape(f'{name}/') for name in PLAN.settings if name)})?",
    seed=r"\d+",
    layer=r"(layer-\d+/)?",
    sheet=r"\d+",
    figure="|".join(ANALYSES),
    table="|".join(re.escape(table.name) for table in PLAN.tables),


def code_digest(*files):
    """A param that changes with a script and the modules it imports, but not with a mere touch."""
    return digest_of(SCRIPTS, *files)


def datasets_of(kind):
    """A wildcard constraint: the datasets of one type, so that each type can have rules of its own."""
    names = [name for name, dataset in PLAN.datasets.items() if dataset["type"] == kind]
    return "|".join(map(re.escape, names)) or "(?!)"


def key_of(wildcards):
    """What a job is about: a run or one of its layers."""
    return RunKey.of_wildcards(dict(wildcards.items()))


def label(wildcards, threads):
    """What a job's message says that it is about; for `threads` see `compute`."""
    return key_of(wildcards).label if "seed" in wildcards.keys() else "the true motifs"


def in_folder_of(owner, files):
    """An input: `files`, patterns, of the run that `owner` says a job's run shares them with."""
    # Without settings nothing is shared, and Snakemake plans patterns several times faster than functions.
    if ONE_SETTING:
        return files

    def fill_in(wildcards):
        key = owner(key_of(wildcards))
        return key.fill_in(files) if isinstance(files, str) else list(map(key.fill_in, files))

    return fill_in


def of_setting(value):
    """An input or param: `value(setting)` of a job, known at once where there is but one setting."""
    if ONE_SETTING:
        return value(PLAN.settings[""])
    return lambda wildcards: value(PLAN.settings[wildcards.get("setting", "").rstrip("/")])


def part(name):
    """A param that the command lines of adapters look up with `--config`; see `lookup.PARTS`."""
    needed = {parameter.name for parameter in selectors(name)}
    if not needed or (ONE_SETTING and needed == {"setting"}):
        return look_up(PLAN, name)

    def param(wildcards):
        given = dict(wildcards.items())
        setting = given.pop("setting", "").rstrip("/")
        return look_up(PLAN, name, dataset_name=given.pop("dataset"), setting=setting, **given)

    return param


def of_part(paths, *arguments):
    """An input function: `paths(…, dataset)` for every dataset that a table or report is about."""
    return lambda wildcards: [
        path
        for dataset in LAYOUT.datasets_of(wildcards.part)
        for path in paths(*arguments, dataset)
    ]


def table_of(wildcards):
    """A table of results of a part."""
    return LAYOUT.table(wildcards.part, wildcards.table)


def published_beside(wildcards):
    """The file of published values, for figures that show them."""
    shown = PLAN.published and ANALYSES[wildcards.figure].beside_published
    return [PLAN.published] if shown else []


def panels(wildcards):
    """What the panels of a sheet of logos show."""
    return LAYOUT.panels(wildcards.dataset, int(wildcards.sheet))


def rows_of_logos(wildcards):
    """Method and training of each row of attribution logos."""
    return LAYOUT.rows_of_logos(wildcards.dataset, wildcards.architecture)


def definition(wildcards):
    """The complete definition of a dataset."""
    return PLAN.datasets[wildcards.dataset]


def dataset_files(wildcards):
    """The files that a dataset is made from, by name."""
    return kind_of(definition(wildcards)).files(wildcards.dataset, definition(wildcards))


def of_bundle(wildcards):
    """The definition that says where a bundle is downloaded from."""
    return PLAN.datasets[BUNDLES[wildcards.bundle]]


def config_of_part(wildcards):
    """The configuration, with only the datasets that a report is about."""
    return PLAN.config | {"datasets": LAYOUT.datasets_of(wildcards.part)}


@cache
def digests_in(architecture, activation):
    """Digests of the activation functions and of the user's own modules in a network."""
    names = {"architecture": architecture, "activation": activation}
    parts = (look_up(PLAN, part, **names) for part in ("declaration", "activation_spec"))
    return digests_of_network(*parts, Path.cwd())


def own_code(wildcards):
    """A param that makes an edit of a function or of the user's own module re-run what uses it."""
    return digests_in(wildcards.architecture, wildcards.activation)
