"""What a user should know before anything is run: nothing is wrong, but not all is as it seems."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core.run_key import RunKey
from .schema import complete
from .settings import Setting

# Keys of `protocol: training:` that only declared networks follow.
_OF_DECLARED = ("initialisation", "output_bias", "batch_norm", "order")
_FIRST_LAYER = "first_layer.initialisation"


def beside_published(attribution: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence on methods that keep their own name, by which published numbers go, with options of the user's.

    `attribution` is that of `config.Plan`.
    """
    for name, options in attribution.items():
        if name != options["method"]:
            continue
        defaults = complete({}, f"attribution_methods.{name}", name)
        if changed := [key for key in defaults if options[key] != defaults[key]]:
            yield (
                f"attribution.methods.{name} has {', '.join(changed)} of its own, but stands beside the published "
                f"numbers for {name} with its defaults, if there are any; give it another name"
            )


def idle_keys(
    runs: Iterable[RunKey], architectures: Mapping[str, Mapping], settings: Mapping[str, Setting]
) -> Iterator[str]:
    """Yield a sentence on keys that are set to other than their defaults and do nothing to a user's own module.

    Parameters are attributes of `config.Plan`.
    """
    defaults = complete({}, "protocol", "protocol")["training"]
    for name, setting in dict.fromkeys((run.architecture, settings[run.setting].model) for run in runs):
        training = settings[setting].training
        changed = [key for key in _OF_DECLARED if training[key] != defaults[key]]
        changed += [_FIRST_LAYER] * ("initialisation" in (training.get("first_layer") or {}))
        if "module" in architectures[name] and changed:
            keys, verb = ", ".join(changed), "does" if len(changed) == 1 else "do"
            where = settings[setting].at("training")
            yield f"{where}: {keys} {verb} not apply to '{name}', a module of your own, which initialises itself"
