"""The text of config/README.md, made from the schema so that the two cannot disagree."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .schema import resolve, types_of

_INTRODUCTION = """\
# Configuration

{description}

```
./run --cores all                                           # config/config.yaml
./run --cores all --configfile config/quickstart.yaml       # another one, which then stands alone
./run --cores all --config seeds=2                          # config/config.yaml with a key changed
```

A misspelt key, an unknown name or an impossible value stops everything before the first job, with a
sentence that says what to write instead. Numbers with an exponent need a dot (`1.0e-6`), since YAML reads
`1e-6` as text, and names such as `on` or `no` need quotes, since YAML reads them as true and false.

Changing a key re-runs what depends on it and nothing else; `compute.device` and `compute.threads` re-run
nothing.

*Made by `python workflow/scripts/document_config.py` from `workflow/schemas/config.schema.yaml`.*
"""

_WORDS = {"object": "keys", "string": "text", "null": "`null`", "boolean": "`true`, `false`"}

_SECTIONS = (
    ("Keys", "", ""),
    (
        "Datasets",
        "dataset_types",
        "Entries of `resources/datasets.yaml` and of `define.datasets`, by name, told apart by `type`.",
    ),
    (
        "Architectures",
        "architecture",
        "Entries of `resources/architectures.yaml` and of `define.architectures`, by name: `layers`, "
        "`like` or `module`. A module is made as `Class(length=, targets=, activation=)`.",
    ),
    (
        "Layers",
        "layer_types",
        "The items of `layers`, told apart by `type`: a convolution first, dense layers last.",
    ),
    (
        "Activations",
        "activation",
        "Entries of `define.activations`, by name: `function`, `module`, or `first` for a combination. The functions "
        "and their parameters are those of `resources/activations.yaml`.",
    ),
    (
        "Attribution methods",
        "attribution_methods",
        "The entries of `attribution.methods`, told apart by their name or by `method`. The defaults are those of "
        "Koo & Ploenzke 2021.",
    ),
    (
        "Motif databases",
        "database",
        "Entries of `resources/databases.yaml` and of `define.databases`, by name.",
    ),
)


def document(schema: Mapping[str, Any]) -> str:
    """Return the Markdown text that explains every key of the configuration's schema."""
    definitions = schema["$defs"]
    parts = [_INTRODUCTION.format(description=schema["description"].strip())]
    for title, section, text in _SECTIONS:
        parts.append(f"## {title}\n" + (f"\n{text}\n" if text else ""))
        key = section.rpartition("_")[2].removesuffix("s")
        if key in ("type", "method"):
            for name, kind in definitions[section].items():
                parts.append(f"### `{key}: {name}`\n\n{kind['description']}\n")
                parts.append(_table(kind, definitions))
        else:
            parts.append(_table(definitions[section] if section else schema, definitions))
    return "\n".join(parts)


def _table(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, part, required in _rows(schema, definitions):
        meaning = " ".join(part.get("description", "").split())
        cells = (f"`{key}`", _values(part), _default(part, required), meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _rows(schema, definitions, prefix="") -> Iterator[tuple[str, dict, bool]]:
    schema = resolve(schema, definitions)
    for name, part in schema.get("properties", {}).items():
        part = resolve(part, definitions)
        key = f"{prefix}{name}"
        yield key, part, name in schema.get("required", ())
        if "properties" in part:
            yield from _rows(part, definitions, f"{key}.")
        if "properties" in part.get("items", {}):
            yield from _rows(part["items"], definitions, f"{key}[].")


def _values(part: Mapping[str, Any]) -> str:
    """Return the values that a key may have, in words."""
    if "enum" in part:
        return ", ".join(f"`{_yaml(value)}`" for value in part["enum"])
    if "const" in part:
        return f"`{_yaml(part['const'])}`"
    words = [f"`{word}`" for word in part.get("enumText", ())]
    for kind in types_of(part):
        if kind in ("integer", "number"):
            words.append(" ".join(filter(None, ("number", _limits(part)))))
        elif kind == "array":
            items = part.get("items", {}).get("enum", ())
            words.append("list" + (f" of {', '.join(f'`{item}`' for item in items)}" if items else ""))
        elif kind != "string" or not words:
            words.append(_WORDS[kind])
    return ", ".join(words)


def _limits(part: Mapping[str, Any]) -> str:
    signs = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
    return ", ".join(f"{sign} {_yaml(part[key])}" for key, sign in signs if key in part)


def _default(part: Mapping[str, Any], required: bool) -> str:
    if "default" in part and part["default"] not in ("", {}, []):
        return f"`{_yaml(part['default'])}`"
    if required:
        example = f", e.g. `{_yaml(part['examples'][0])}`" if "examples" in part else ""
        return f"required{example}"
    return f"e.g. `{_yaml(part['examples'][0])}`" if "examples" in part and "default" not in part else ""


def _yaml(value: Any) -> str:
    """Write a value in one line of YAML."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float) and 0 < abs(value) < 1e-3:
        mantissa, _, exponent = f"{value:e}".partition("e")
        return f"{float(mantissa)}e{int(exponent)}"
    return json.dumps(value)
