"""What a file or a number belongs to: a run, one of its layers, or a network over all its seeds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

# Columns of the key of a row over seeds; a file has `setting` only where one is named.
KEY_COLUMNS = ("dataset", "architecture", "activation", "setting", "layer")

# What users write for the protocol as it stands, whose name is "".
UNCHANGED = "unchanged"
# What users write in an architecture for the activation of the run.
STUDIED = "studied"


class RunKey(NamedTuple):
    """A run, one of its layers, or, without a seed, a network over all its seeds.

    Attributes
    ----------
    dataset, architecture, activation
        Names in the configuration; the activation of the ground truth is "".
    setting
        Name of a change of the protocol; "" is the protocol as it stands.
    seed
        None for what is taken over seeds, such as a row of the table of results or a published value.
    layer
        The convolution whose filters are meant, counted from 1.
    """

    dataset: str
    architecture: str
    activation: str
    setting: str = ""
    seed: int | None = None
    layer: int = 1

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "RunKey":
        """Return the key of a row or JSON object that has the attributes as columns or keys.

        Setting, seed and layer may be missing, an activation may be None.
        """
        seed = row.get("seed")
        return cls(
            dataset=str(row["dataset"]),
            architecture=str(row["architecture"]),
            activation=str(row["activation"] or ""),
            setting=str(row.get("setting") or ""),
            seed=None if seed is None else int(seed),
            layer=int(row.get("layer", 1)),
        )

    @classmethod
    def of_network(cls, dataset: str, parts: Any) -> "RunKey":
        """Return the key that users write as [architecture, activation, setting, layer], without a seed.

        Setting and layer may be left out; what is written in another way raises a ValueError.
        """
        match parts:
            case [str(architecture), str(activation), *rest]:
                setting = rest.pop(0) if rest and isinstance(rest[0], str) else ""
                setting = "" if setting == UNCHANGED else setting
                layer = rest.pop(0) if rest else 1
                if not rest and isinstance(layer, int) and not isinstance(layer, bool) and layer >= 1:
                    return cls(dataset, architecture, activation, setting, layer=layer)
        raise ValueError(f"{parts!r} is not a network")

    @classmethod
    def of_wildcards(cls, wildcards: Mapping[str, str]) -> "RunKey":
        """Undo `wildcards`; setting, seed and layer may be missing."""
        setting, layer = wildcards.get("setting", ""), wildcards.get("layer", "")
        return cls.of(
            {
                **{name: wildcards[name] for name in ("dataset", "architecture", "activation")},
                "setting": setting.rstrip("/"),
                "seed": wildcards.get("seed"),
                "layer": layer.removeprefix("layer-").rstrip("/") or 1,
            }
        )

    @property
    def wildcards(self) -> dict[str, Any]:
        """The values of Snakemake's wildcards; those of setting and layer are folders with a slash, or ""."""
        return self._asdict() | {
            "setting": f"{self.setting}/" if self.setting else "",
            "layer": f"layer-{self.layer}/" if self.layer > 1 else "",
        }

    def fill_in(self, pattern: str) -> str:
        """Return a path whose pattern has wildcards."""
        return pattern.format(**self.wildcards)

    @property
    def columns(self) -> dict[str, Any]:
        """The values of `KEY_COLUMNS`."""
        return {name: getattr(self, name) for name in KEY_COLUMNS}

    @property
    def run(self) -> "RunKey":
        """The run that it is a layer of."""
        return self._replace(layer=1)

    @property
    def over_seeds(self) -> "RunKey":
        """The same, whatever the seed."""
        return self._replace(seed=None)

    @property
    def parts(self) -> tuple[str, ...]:
        """The words that name the network on its dataset: `cnn-1`, `relu`, then a setting and `layer 2` if any."""
        layer = f"layer {self.layer}" if self.layer > 1 else ""
        return (self.architecture, self.activation, *filter(None, (self.setting, layer)))

    @property
    def network(self) -> str:
        """What the network is called in a sentence: `cnn-1 relu, low_threshold, layer 2`."""
        architecture, activation, *rest = self.parts
        return ", ".join((f"{architecture} {activation}".strip(), *rest))

    @property
    def network_without_activation(self) -> str:
        """The same where the activation stands elsewhere: `cnn-1, low_threshold, layer 2`."""
        architecture, _, *rest = self.parts
        return ", ".join((architecture, *rest))

    @property
    def label(self) -> str:
        """What the run is called: `cnn-1 relu, layer 2, seed 3`."""
        return f"{self.network}, seed {self.seed}"
