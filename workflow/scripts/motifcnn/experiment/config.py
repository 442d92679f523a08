"""The configuration: checked, completed and unfolded into runs.

A configuration names datasets, architectures, activations and motif databases. The registries under
resources/ and the user's own `define:` say what the names mean. Nothing here imports PyTorch: a plan can
be made where only Snakemake is installed.
"""

import os
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..core.errors import UserError
from ..core.run_key import RunKey
from ..motifs.factor_names import read_synonyms
from ..motifs.factors import read_factors
from .activation_combinations import Specification, of_studied, with_combination
from .activation_entries import check_never_decreases, specification, with_specifications
from .analyses import Analysis, chosen
from .attribution import read_attribution, read_modisco
from .dataset_kinds import kind_of
from .grid import Sheet, Table, check_convolutions, unfold, unfold_sheets, unfold_tables
from .known_motifs import check_motifs, check_relevant, without_idle_drops, without_motifs
from .limits import check_limits
from .protocols import written_out
from .registries import join_registries, resources_folder
from .remarks import beside_published, idle_keys
from .schema import complete, nearest, no_such
from .settings import Setting, read_settings
from .yaml_file import place

# The database that the matrices of the factors table are from.
_PLANTED = "jaspar2016"


@dataclass(frozen=True)
class Plan:
    """What a configuration asks for.

    Attributes
    ----------
    config
        The configuration with all its defaults.
    runs
        Every run once, in the order of the configuration.
    convolutions
        As `grid.unfold` returns them.
    settings
        As `settings.read_settings` returns them.
    datasets, architectures
        Definitions of those in use, with all defaults, by name.
    activations
        Specifications (`experiment.activation_entries`) of those in use, by name.
    analyses
        Those that are made, in the order of the report.
    attribution
        As `attribution.read_attribution` returns it.
    modisco
        As `attribution.read_modisco` returns it.
    proxy
        Largest p value of the motif hits that stand in for the truth where it is not known; None for none.
    sheets
        As `grid.unfold_sheets` returns them.
    tables
        As `grid.unfold_tables` returns them.
    with_ground_truth
        Names of the datasets for which the ground-truth control is asked for and the truth is known.
    databases
        Path of the database that a dataset's planted or ground-truth motifs come from, by dataset.
    published
        Path of the file of published numbers, or None.
    remarks
        What a user should know before it is run: pairs of a dataset, "" for all, and a sentence on it.
    """

    config: dict[str, Any]
    runs: tuple[RunKey, ...]
    convolutions: tuple[RunKey, ...]
    settings: dict[str, Setting]
    datasets: dict[str, dict]
    architectures: dict[str, dict]
    activations: dict[str, Specification]
    analyses: tuple[Analysis, ...]
    attribution: dict[str, dict[str, Any]]
    modisco: dict[str, Any] | None
    proxy: float | None
    sheets: dict[tuple[str, int], Sheet]
    tables: tuple[Table, ...]
    with_ground_truth: tuple[str, ...]
    databases: dict[str, str]
    published: str | None
    remarks: tuple[tuple[str, str], ...]

    def model_of(self, key: RunKey) -> RunKey:
        """Return the run in whose folder the trained model of a run lies."""
        return key._replace(setting=self.settings[key.setting].model, layer=1)

    def remarks_on(self, datasets: Container[str]) -> list[str]:
        """Return the remarks that concern some datasets."""
        return [sentence for dataset, sentence in self.remarks if not dataset or dataset in datasets]

    def motifs_of(self, key: RunKey) -> RunKey:
        """Return the key in whose folder the motifs of a run's convolution lie."""
        return key._replace(setting=self.settings[key.setting].motifs)


def make_plan(given: Mapping[str, Any]) -> Plan:
    """Check a configuration as read from YAML and unfold it with the registries beside the workflow.

    Raises
    ------
    UserError
        One line for each thing that is wrong in the configuration or a registry.
    """
    resources = resources_folder()
    config = complete(given)
    inherits_drop = "like" in config["protocol"] and "drop" not in given["protocol"].get("matching", {})
    if "like" in config["protocol"]:
        config = complete({**given, "protocol": written_out(given["protocol"], resources)})
    known = join_registries(resources, config["define"])
    _check_names(config, known)
    convolutions = unfold(config)
    runs = tuple(key for key in convolutions if key.layer == 1)
    activations = {
        name: specification(name, known["activations"])
        for name in dict.fromkeys(run.activation for run in runs)
    }
    datasets = {name: known["datasets"][name] for name in config["datasets"]}
    factors = read_factors(resources / "transcription_factors.tsv")
    synonyms = read_synonyms(resources / "factor_synonyms.tsv")
    settings = read_settings(config, lambda name, where: _database(name, where, known["databases"]))
    databases = {
        name: _database(dataset.get("database", _PLANTED), f"dataset '{name}': database", known["databases"])
        for name, dataset in datasets.items()
    }
    idle_drops: list[str] = []
    if inherits_drop:
        settings, idle_drops = without_idle_drops(settings)
    for setting in settings.values():
        check_motifs(setting.matching["drop"], setting.at("matching.drop"), [setting.database])
    for name, dataset in datasets.items():
        kind_of(dataset).check_place(dataset, name)
        planted = kind_of(dataset).planted_motifs(dataset)
        check_motifs(planted, f"dataset '{name}': motifs", [databases[name]], factors)
    with_ground_truth = tuple(
        name
        for name, dataset in datasets.items()
        if "ground_truth" in config["protocol"]["controls"]
        and kind_of(dataset).truth_is_known(dataset, factors)
    )
    used = dict.fromkeys((run.dataset, run.setting) for run in runs)
    # The ground truth is matched with the unchanged protocol, even if nothing else is.
    used |= dict.fromkeys((name, "") for name in with_ground_truth)
    check_relevant(used, datasets, settings)
    architectures = {
        name: with_specifications(name, known["architectures"][name], known["activations"])
        for name in dict.fromkeys(run.architecture for run in runs)
    }
    check_convolutions(convolutions, architectures, datasets, settings)
    check_limits(runs, datasets, architectures, databases, factors)
    _check_activations(runs, architectures, activations, settings, known["activations"])
    attribution = read_attribution(config["attribution"], datasets)
    has_statistics = any(settings[run.setting].training.get("statistics") for run in runs)
    return Plan(
        config=config,
        runs=runs,
        convolutions=convolutions,
        settings=settings,
        datasets=datasets,
        architectures=architectures,
        activations=activations,
        analyses=chosen(
            config["report"] | {"attribution": config["attribution"], "statistics": has_statistics}
        ),
        attribution=attribution,
        modisco=read_modisco(config["attribution"], attribution),
        proxy=((config["attribution"] or {}).get("proxy") or {}).get("pvalue"),
        sheets=unfold_sheets(config, convolutions),
        tables=unfold_tables(config),
        with_ground_truth=with_ground_truth,
        databases=databases,
        published=_published(config["published"], resources / "published"),
        remarks=(
            *(("", sentence) for sentence in (*idle_drops, *idle_keys(runs, architectures, settings))),
            *(("", sentence) for sentence in beside_published(attribution if config["published"] else {})),
            *dict.fromkeys(without_motifs(used, datasets, settings, factors, synonyms)),
        ),
    )


def nvidia_gpu_is_here() -> bool:
    """Tell whether this machine has an NVIDIA GPU, without PyTorch."""
    return any(Path(path).exists() for path in ("/proc/driver/nvidia/gpus", "/dev/nvidia0"))


def with_types(config: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Give values from `snakemake --config` the types that they would have in a YAML file.

    `config` is the configuration with the `overrides` of the command line merged in, where Snakemake
    reads everything nested as text. A module can have a configuration that some were not merged into.
    """
    typed = {
        key: with_types(config[key], value) if isinstance(value, Mapping) else _typed(value)
        for key, value in overrides.items()
        if key in config
    }
    return {**config, **typed}


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _typed(item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    try:
        typed = yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError):
        return value
    return value if isinstance(typed, list | dict) else typed


def _check_names(config: Mapping, known: Mapping[str, Mapping]) -> None:
    places = [("datasets", ("datasets",), config["datasets"])]
    for number, block in enumerate(config["grid"]):
        places += [(kind, ("grid", number, kind), block[kind]) for kind in ("architectures", "activations")]
        places.append(("datasets", ("grid", number, "datasets"), block.get("datasets", ())))
    for shown in ("sheets", "tables"):
        for number, entry in enumerate(config["report"][shown]):
            places.append(("datasets", ("report", shown, number, "datasets"), entry.get("datasets", ())))
    sentences = []
    for kind, path, names in places:
        for name in names:
            if name not in known[kind]:
                what = kind.removesuffix("s")
                sentences.append(no_such(what, name, place(path), known[kind], f"define.{kind}"))
    varied = {
        name for block in config["grid"] for name in (*block["activations"], *block.get("settings", ()))
    }
    varied |= set((config["attribution"] or {}).get("methods", ()))
    for number, sweep in enumerate(config["report"]["sweeps"]):
        for name in sweep["values"]:
            if name not in varied:
                where = place(("report", "sweeps", number, "values"))
                sentences.append(no_such("activation, setting or attribution method", name, where, varied))
    if sentences:
        raise UserError("\n".join(sentences))


def _check_activations(
    runs: Iterable[RunKey],
    architectures: Mapping[str, dict],
    activations: Mapping[str, Specification],
    settings: Mapping[str, Setting],
    entries: Mapping[str, Mapping],
) -> None:
    """Check that networks can have their activations, and that theoretical references are defined for them."""
    for architecture, activation, reference in dict.fromkeys(
        (run.architecture, run.activation, settings[run.setting].filters["reference"]) for run in runs
    ):
        network = with_combination(architectures[architecture], activations[activation])
        if reference == "theoretical":
            check_never_decreases(network, of_studied(activations[activation]), entries)


def _database(name: str, where: str, databases: Mapping[str, dict]) -> str:
    path = databases[name]["file"] if name in databases else name
    if os.path.isfile(path):
        return path
    if name in databases:
        raise UserError(f"the file {path} of the motif database '{name}' does not exist")
    meant = nearest(name, databases)
    hint = f"did you mean '{meant}'? " if meant else ""
    raise UserError(
        f"{where}: '{name}' is neither a file nor a known database; {hint}known: {', '.join(databases)}"
    )


def _published(name: str | None, folder: Path) -> str | None:
    """Return the path of a file of published numbers."""
    if name is None:
        return None
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise UserError(no_such("file of published numbers", name, "published", known))
    return str(folder / f"{name}.yaml")
