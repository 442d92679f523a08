"""Statistics of layers during training: activations of the first layer, and gradients of all."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from ...results.published import Published
from ...results.run_files import RunTable, by_network, read_run_tables
from .style import INK, LINE_STYLES, MUTED, SHADES, activation_colours, name_dataset, style

_ACTIVATIONS = dict(zip(("mean", "sd", "max"), LINE_STYLES, strict=False))
_GRADIENT = "gradient_"
_OUTPUT = "output"
_PER_ROW = 6
# Below it the axis of activations is linear, so that means of 0 and below are on it.
_LINEAR = 0.1


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `statistics_of_layers` from the metrics.json and history.tsv of each training."""
    return statistics_of_layers(read_run_tables(files["metrics.json"], files["history.tsv"], ("epoch",)))


def statistics_of_layers(runs: Sequence[RunTable]) -> Figure:
    """Draw activations of the first layer and gradients of each layer per epoch: a column per network, a line per seed.

    Parameters
    ----------
    runs
        Trainings on one dataset, with history.tsv as table; those whose settings recorded no statistics are left out.
    """
    networks = by_network([run for run in runs if "activation_mean_1" in run.table])
    colours = activation_colours(network.activation for network in networks)
    shades = _shades(runs)
    per_row = min(max(len(networks), 1), _PER_ROW)
    bands = -(-len(networks) // per_row)
    with style():
        figure = Figure(figsize=(max(1.75 * per_row + 0.6, 4.2), 2.9 * bands + 0.5), layout="constrained")
        name_dataset(figure, runs[0].key.dataset)
        if not networks:
            figure.text(0.01, 0.3, "No training here recorded statistics of its layers.", color=INK)
            return figure
        axes = figure.subplots(2 * bands, per_row, sharex=True, sharey="row", squeeze=False)
        pairs = list(zip(axes[::2].ravel(), axes[1::2].ravel(), strict=True))
        for panel in chain(*pairs[len(networks) :]):
            panel.remove()
        for network, (activation, gradient) in zip(networks, pairs, strict=False):
            for table in (run.table for run in networks[network]):
                # A single epoch makes no line.
                line = {
                    "linewidth": 0.9,
                    "alpha": 0.8,
                    "marker": "o" if len(table) == 1 else "",
                    "markersize": 3,
                }
                for name, dashes in _ACTIVATIONS.items():
                    values = table[f"activation_{name}_1"]
                    activation.plot(
                        table["epoch"], values, color=colours[network.activation], linestyle=dashes, **line
                    )
                for name in _layers(table):
                    gradient.plot(table["epoch"], table[_GRADIENT + name], color=shades[name], **line)
            architecture, *rest = network.parts
            activation.set_title(f"{architecture}\n{' · '.join(rest)}", color=INK, fontweight="bold")
            activation.set_yscale("symlog", linthresh=_LINEAR)
            gradient.set_yscale("log", nonpositive="mask")
            for panel in (activation, gradient):
                panel.yaxis.set_major_formatter("{x:g}")
                panel.yaxis.set_minor_locator(NullLocator())
            gradient.set_xlabel("epoch")
            gradient.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            gradient.tick_params(labelbottom=True)
        for activation, gradient in zip(axes[::2, 0], axes[1::2, 0], strict=True):
            activation.set_ylabel("activation,\nfirst layer")
            gradient.set_ylabel("gradient,\nroot mean square")
        handles = [
            Line2D([], [], color=MUTED, linewidth=1.2, linestyle=dashes, label=name)
            for name, dashes in _ACTIVATIONS.items()
        ]
        handles += [
            Line2D([], [], color=shade, linewidth=1.2, label=f"layer {name}" if name.isdigit() else name)
            for name, shade in shades.items()
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), 2 * max(per_row, 2)))
    return figure


def _layers(table) -> list[str]:
    """Return the layers whose gradients a history has, in the order of its columns."""
    return [name.removeprefix(_GRADIENT) for name in table.columns if name.startswith(_GRADIENT)]


def _shades(runs: Sequence[RunTable]) -> dict[str, tuple[float, ...]]:
    """Give each layer a shade, the first one the darkest and the output the lightest."""
    names = dict.fromkeys(name for run in runs for name in _layers(run.table))
    ordered = sorted(names, key=lambda name: name == _OUTPUT)
    return dict(zip(ordered, SHADES(np.linspace(1, 0.25, len(ordered))), strict=True))
