"""What a user should know of networks before they are trained: nothing is wrong, but not all is as it seems."""

from collections.abc import Iterable, Iterator, Mapping

from ..core.run_key import RunKey
from .schema import complete
from .settings import Setting

# Keys of `protocol: training:` that only declared networks follow.
_OF_DECLARED = ("initialisation", "output_bias", "batch_norm", "order")
_FIRST_LAYER = "first_layer.initialisation"


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
