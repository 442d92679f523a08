"""Stands in for conda: answers the calls that Snakemake makes, with py-rattler and channels in a folder.

STAND_IN_CHANNELS names the folder of the channels, STAND_IN_BASE that of the base environment, whose
`bin/activate` Snakemake sources before each job. `install` puts both and a program `conda` in place.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

PLATFORM = "linux-64"
ACTIVATE = 'export CONDA_PREFIX="$1"\nexport PATH="$1/bin:$PATH"\n'


def install(folder: Path, channels: Path) -> dict[str, str]:
    """Make a base environment in `folder`; return the variables under which `conda` is found and works."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "activate").write_text(ACTIVATE)
    (programs / "conda").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).resolve()}" "$@"\n')
    (programs / "conda").chmod(0o755)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "STAND_IN_BASE": str(folder),
        "STAND_IN_CHANNELS": str(channels),
    }


def main(arguments: list[str]) -> None:
    match arguments:
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": os.environ["STAND_IN_BASE"], "platform": PLATFORM}))
        case ["--version"]:
            print("conda 25.1.0")
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["env", "create", "--quiet", "--no-default-packages", "--file", file, "--prefix", prefix]:
            asyncio.run(create(Path(file), Path(prefix)))
        case ["clean", *_]:
            pass
        case _:
            sys.exit(f"the stand-in for conda does not know: conda {' '.join(arguments)}")


async def create(file: Path, prefix: Path) -> None:
    """Solve an environment file strictly and install what comes out."""
    import rattler
    import yaml

    wanted = yaml.safe_load(file.read_text())
    channels = Path(os.environ["STAND_IN_CHANNELS"])
    urls = {name: (channels / name).as_uri() for name in wanted["channels"] if name != "nodefaults"}
    lines = [line for line in wanted["dependencies"] if isinstance(line, str)]
    # What pip would install comes from the channels, too.
    by_pip = [part["pip"] for part in wanted["dependencies"] if isinstance(part, dict)]
    specs = []
    for text in [*lines, *(line.replace("==", " =") for part in by_pip for line in part)]:
        channel, separator, spec = text.rpartition("::")
        text = f"{urls[channel]}{separator}{spec}" if separator else spec
        specs.append(rattler.MatchSpec(text, strict=True))
    records = await rattler.solve(
        list(urls.values()),
        specs,
        platforms=["noarch"],
        # As conda does, with CONDA_OVERRIDE_CUDA in place of what the machine has.
        virtual_packages=rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env()),
        channel_priority=rattler.ChannelPriority.Strict,
    )
    cache = Path(os.environ["STAND_IN_BASE"]) / "pkgs"
    await rattler.install(records, prefix, cache_dir=cache, show_progress=False)


if __name__ == "__main__":
    main(sys.argv[1:])
    # Leave at once: py-rattler's threads may still drop Python objects, which now and then crashes an interpreter
    # that is shutting down.
    sys.stdout.flush()
    os._exit(0)
