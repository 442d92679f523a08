"""What `python` is in an environment of `local_channel`: PREFIX, then what Python takes, a script or -c CODE.

It starts without the packages of the interpreter itself, finds those of the environment, and leaves a
note in PREFIX/jobs of where each module came from.
"""

import atexit
import json
import os
import runpy
import sys
from pathlib import Path

prefix, first, *rest = sys.argv[1:]
sys.path[0] = f"{prefix}/lib/python/site-packages"


def leave_note() -> None:
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    note = {
        "script": first,
        "activated": os.environ.get("CONDA_PREFIX"),
        "modules": {name: file for name, file in files.items() if file and "." not in name},
    }
    folder = Path(prefix) / "jobs"
    folder.mkdir(exist_ok=True)
    (folder / f"{os.getpid()}.json").write_text(json.dumps(note))


if first == "-c":
    sys.argv = ["-c", *rest[1:]]
    exec(rest[0])
else:
    sys.argv = [first, *rest]
    atexit.register(leave_note)
    runpy.run_path(first, run_name="__main__")
