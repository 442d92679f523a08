"""What a grid unfolds to: runs, the layers whose filters become motifs, and the sheets that show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..core.errors import UserError
from ..core.receptive_field import Geometry, stages, window_width
from ..core.run_key import network_name
from .dataset_kinds import kind_of

# Where the length of the sequences is not known, nt: enough for whatever does not depend on it to be checked.
_LONG = 10**6


class Run(NamedTuple):
    """One training and all that follows from it."""

    dataset: str
    architecture: str
    activation: str
    seed: int


class RunLayer(NamedTuple):
    """A convolution of a run whose filters become motifs, counted from 1."""

    dataset: str
    architecture: str
    activation: str
    seed: int
    layer: int = 1

    @property
    def run(self) -> Run:
        """The run that it is a layer of."""
        return Run(*self[:4])

    @property
    def folder(self) -> str:
        """Where its files lie within the folder of the run, with a slash at the end; empty for the first."""
        return "" if self.layer == 1 else f"layer-{self.layer}/"

    @property
    def label(self) -> str:
        """How people call it."""
        return f"{network_name(f'{self.architecture} {self.activation}', self.layer)}, seed {self.seed}"


def layer_of(folder: str) -> int:
    """Return the layer that `RunLayer.folder` stands for."""
    return int(folder.removeprefix("layer-").rstrip("/") or 1)


class Sheet(NamedTuple):
    """A sheet of logos: its title, and what each panel shows."""

    title: str
    panels: tuple[RunLayer, ...]


def unfold(config: Mapping[str, Any]) -> tuple[RunLayer, ...]:
    """Unfold the grid.

    Parameters
    ----------
    config
        The configuration with its defaults.

    Returns
    -------
    tuple of RunLayer
        Run by run in the order of the configuration, the first layer of each run first.

    Raises
    ------
    UserError
        Two blocks ask for the same run, or a dataset is in no block.
    """
    found: dict[Run, int] = {}
    layers: list[RunLayer] = []
    for number, block in enumerate(config["grid"]):
        for dataset in block.get("datasets", config["datasets"]):
            if dataset not in config["datasets"]:
                continue  # left out at the top, which is enough to run without it
            for architecture in block["architectures"]:
                for activation in block["activations"]:
                    for seed in _seeds(block.get("seeds", config["seeds"])):
                        run = Run(dataset, architecture, activation, seed)
                        if run in found:
                            raise UserError(
                                f"grid, items {found[run] + 1} and {number + 1}, both ask for {architecture} "
                                f"with {activation} on {dataset}, seed {seed}; take it out of one of them"
                            )
                        found[run] = number
                        layers += [RunLayer(*run, layer) for layer in sorted({1, *block.get("layers", ())})]
    for dataset in config["datasets"]:
        if all(run.dataset != dataset for run in found):
            raise UserError(
                f"the dataset '{dataset}' is listed under datasets, but no block of the grid uses it; "
                "take it out or add it to a block"
            )
    return tuple(layers)


def check_layers(
    layers: Iterable[RunLayer],
    architectures: Mapping[str, Mapping[str, Any]],
    datasets: Mapping[str, Mapping[str, Any]],
    filters: Mapping[str, Any],
) -> None:
    """Check that every layer exists, and that a window and a reference can be defined for it.

    Parameters
    ----------
    layers
        As `unfold` returns them.
    architectures, datasets
        Definitions with their defaults, by name.
    filters
        `protocol.filters`.

    Raises
    ------
    UserError
        A layer is not there, or has no window or no theoretical reference.
    """
    for dataset, architecture, layer in dict.fromkeys(
        (item.dataset, item.architecture, item.layer) for item in layers
    ):
        length = kind_of(datasets[dataset]).sequence_length(datasets[dataset]) or _LONG
        try:
            geometry = _geometry(architectures[architecture], layer, length)
            window_width(filters["window"], geometry, layer, length)
            if layer > 1 and filters["reference"] == "theoretical":
                raise UserError(
                    f"filters: reference: theoretical is not defined for layer {layer}, whose input is not "
                    "free; write observed"
                )
        except UserError as error:
            raise UserError(f"{architecture} on {dataset}: {error}") from None


def _geometry(architecture: Mapping[str, Any], layer: int, length: int) -> Geometry:
    """Where the positions of a layer's map lie; of a user's own module only the first is known."""
    if "layers" not in architecture:
        if layer > 1:
            raise UserError(
                "grid: layers: of a network of your own only the first layer can be turned into motifs; "
                "write [1]"
            )
        return Geometry(start=0, step=1, width=None, positions=length)
    found = stages(architecture["layers"], length)
    if layer > len(found):
        raise UserError(
            f"grid: layers: there is no convolution {layer}; the network has {len(found)}, counted from 1"
        )
    return found[layer - 1].geometry


def unfold_sheets(config: Mapping[str, Any], layers: Sequence[RunLayer]) -> dict[tuple[str, int], Sheet]:
    """Find out which dataset has which sheet of logos.

    Parameters
    ----------
    config
        The configuration with its defaults.
    layers
        As `unfold` returns them.

    Returns
    -------
    dict
        Sheets by dataset and number, counted from 1; a panel shows the first seed.

    Raises
    ------
    UserError
        A sheet shows what the grid does not make, or no dataset has all of it.
    """
    first: dict[tuple[str, str, str, int], RunLayer] = {}
    for layer in layers:
        first.setdefault((*layer[:3], layer.layer), layer)
    sheets = {}
    for number, sheet in enumerate(config["report"]["sheets"], start=1):
        wanted = [(*panel, 1) if len(panel) == 2 else tuple(panel) for panel in sheet["panels"]]
        meant_for = sheet.get("datasets", config["datasets"])
        for dataset in config["datasets"]:
            panels = [first.get((dataset, *panel)) for panel in wanted]
            if dataset in meant_for and None not in panels:
                sheets[dataset, number] = Sheet(sheet["title"], tuple(panels))
        for architecture, activation, layer in wanted:
            if all(known[1:] != (architecture, activation, layer) for known in first):
                shown = network_name(f"{architecture} with {activation}", layer)
                raise UserError(
                    f"report.sheets, item {number}, shows {shown}, which the grid does not train; add it to "
                    "the grid or take the panel out"
                )
        # One that is meant for datasets which are left out at the top is passed over, as in the grid.
        left_out = not set(meant_for) & set(config["datasets"])
        if not left_out and all((dataset, number) not in sheets for dataset in config["datasets"]):
            raise UserError(
                f"report.sheets, item {number}, shows networks that no dataset has all of; make a sheet for each"
            )
    return sheets


def _seeds(seeds: int | list[int]) -> list[int]:
    return list(range(1, seeds + 1)) if isinstance(seeds, int) else seeds
