"""Write use_a_model.ipynb from the cells of use_a_model.py, which begin with `# %%`.

python examples/make_notebook.py
"""

import json
import re
from pathlib import Path

SCRIPT = Path(__file__).with_name("use_a_model.py")


def notebook(script: str) -> str:
    """Return the notebook of a script, in nbformat 4.5; what stands before the first cell is left out."""
    cells = []
    for number, part in enumerate(re.split(r"^# %%", script, flags=re.MULTILINE)[1:]):
        kind, _, text = part.partition("\n")
        cell = {"id": f"cell-{number}", "metadata": {}}
        if "[markdown]" in kind:
            text = re.sub(r"^# ?", "", text.strip(), flags=re.MULTILINE)
            cell |= {"cell_type": "markdown"}
        else:
            cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
        cells.append(cell | {"source": text.strip().splitlines(keepends=True)})
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    whole = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCRIPT.with_suffix(".ipynb").write_text(notebook(SCRIPT.read_text(encoding="utf-8")), encoding="utf-8")
