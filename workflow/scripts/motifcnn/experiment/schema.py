"""The configuration's schema: what is allowed, what is wrong in sentences, and the defaults.

The schema alone says what a configuration, an entry of a registry or an option may be; code below this
room takes values as they are. Besides the keywords of JSON Schema draft 2020-12 it has two of its own:
`enumText`, the words that a key takes where it may also be something else (`window: 19` or
`window: receptive_field`), and `patternText`, a `pattern` in words.
"""

import difflib
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from ..core.errors import UserError
from ..core.text import NOT_SHOWABLE
from .yaml_file import place, read_yaml

SCHEMA = Path(__file__).parents[3] / "schemas" / "config.schema.yaml"

# Largest whole number of 64 bits.
_LARGEST = 2**63 - 1
_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a group of keys",
    "string": "text",
}
_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


def complete(value: Any, section: str = "", where: str | None = None) -> Any:
    """Check a value against a section of the configuration's schema and fill in its defaults.

    Parameters
    ----------
    value
        As YAML or JSON gives it.
    section
        Path of a key, such as `protocol.filters`, or of a definition, such as `dataset_types.peaks`; by
        default the whole configuration.
    where
        Where `value` stands, for messages; by default `section`.

    Raises
    ------
    UserError
        As `check` does.
    """
    part = read_schema()
    definitions = part["$defs"]
    for number, key in enumerate(section.split(".") if section else ()):
        part = resolve(part, definitions)
        keys = part.get("properties", part)
        part = keys[key] if number or key in keys else definitions[key]
    part = resolve(part, definitions)
    check(value, part, definitions, section if where is None else where)
    return fill_defaults(value, part, definitions)


@cache
def read_schema() -> dict[str, Any]:
    """Return the configuration's schema, read once for all: do not change it."""
    return read_yaml(SCHEMA)


def check(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any], where: str = "") -> None:
    """Check `value`, which stands at `where`, against `schema`.

    `definitions` are what `$ref: "#/$defs/…"` refers to.

    Raises
    ------
    UserError
        One line, a sentence, for each thing that is wrong.
    """
    validator = _Validator({**schema, "$defs": definitions})
    errors = sorted(validator.iter_errors(value), key=lambda error: [str(key) for key in error.absolute_path])
    suggested: set[tuple] = set()
    sentences = []
    # Unknown keys first: a misspelt key is then not also reported as missing.
    for error in sorted(errors, key=lambda error: error.validator != "additionalProperties"):
        if "propertyNames" in error.absolute_schema_path and not isinstance(error.instance, str):
            continue  # already reported as a key that is not text
        sentences += _sentences(error, schema, definitions, where, suggested)
    if sentences:
        raise UserError("\n".join(dict.fromkeys(sentences)))


def fill_defaults(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    """Return a copy of a checked `value` with all defaults, its keys in the schema's order.

    Configurations that mean the same thus become equal, down to the order of their keys.
    """
    schema = resolve(schema, definitions)
    if isinstance(value, Mapping):
        properties = schema.get("properties", {})
        filled = {}
        for key, part in properties.items():
            part = resolve(part, definitions)
            if key in value:
                filled[key] = fill_defaults(value[key], part, definitions)
            elif "default" in part:
                filled[key] = fill_defaults(part["default"], part, definitions)
            elif part.get("type") == "object" and "properties" in part:
                filled[key] = fill_defaults({}, part, definitions)
        rest = schema.get("additionalProperties")
        rest = rest if isinstance(rest, Mapping) else {}
        for key in value:
            if key not in properties:
                filled[key] = fill_defaults(value[key], rest, definitions)
        return filled
    if isinstance(value, list | tuple):
        return [fill_defaults(item, schema.get("items", {}), definitions) for item in value]
    return value


def resolve(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return `schema` with its `$ref` replaced by what that refers to; its own keys win."""
    if "$ref" not in schema:
        return dict(schema)
    name = schema["$ref"].removeprefix("#/$defs/")
    own = {key: part for key, part in schema.items() if key != "$ref"}
    return resolve(definitions[name], definitions) | own


def nearest(word: Any, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `word` was most likely meant to be, or None."""
    known = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(str(word).casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def no_such(what: str, name: str, where: str, known: Iterable[str], own: str = "") -> str:
    """Say that `name` stands for nothing; `own` is the key under which users define their own, if they can."""
    meant = nearest(name, known)
    hint = f"did you mean '{meant}'? " if meant else ""
    also = f", or your own under {own}" if own else ""
    return f"there is no {what} '{name}' ({where}); {hint}known: {', '.join(sorted(known))}{also}"


def show(value: Any) -> str:
    """Return a value as a user would write it in YAML."""
    if isinstance(value, str) and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, default=str, ensure_ascii=False)


def _is_number(_, value) -> bool:
    # YAML reads whole numbers of hundreds of digits, which no float holds.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_integer(_, value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _is_text(_, value) -> bool:
    return isinstance(value, str) and not NOT_SHOWABLE.search(value)


def _check_words(validator, words, value, schema) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and value not in words:
        yield jsonschema.ValidationError(f"{value!r} is not one of {words!r}")


def _check_pattern(validator, pattern, value, schema) -> Iterator[jsonschema.ValidationError]:
    # In JSON Schema `$` is the very end; in Python, a line feed may follow.
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


def _check_keys(validator, rule, value, schema) -> Iterator[jsonschema.ValidationError]:
    if not isinstance(value, Mapping):
        return
    for key in [key for key in value if key not in schema.get("properties", {})]:
        if not isinstance(key, str) or rule is False:
            yield jsonschema.ValidationError(f"unknown key {key!r}", instance=key)
        elif isinstance(rule, Mapping):
            yield from validator.descend(value[key], rule, path=key)


_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    validators={"enumText": _check_words, "pattern": _check_pattern, "additionalProperties": _check_keys},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number)
    .redefine("integer", _is_integer)
    .redefine("string", _is_text)
    .redefine("object", lambda _, value: isinstance(value, Mapping)),
)


def _sentences(error, schema, definitions, where, suggested: set[tuple]) -> Iterator[str]:
    path = tuple(error.absolute_path)
    here = place(path, where)
    at, value, rule = here or "the configuration", error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            yield _unknown_key(error, path, at, schema, definitions, suggested)
        case "required":
            key = next(name for name in rule if name not in value and repr(name) in error.message)
            if (*path, key) not in suggested:
                about = resolve(error.schema.get("properties", {}).get(key, {}), definitions)
                example = f", for example {show(about['examples'][0])}" if "examples" in about else ""
                yield f"{at} lacks the key '{key}'; add it{example}"
        case "type":
            yield _wrong_type(at, value, error.schema, definitions)
        case "enum" | "enumText":
            others = set(types_of(error.schema)) - {"string"} if error.validator == "enumText" else set()
            choices = [show(choice) for choice in rule] + [_KINDS[kind] for kind in sorted(others)]
            meant = nearest(value, [choice for choice in rule if isinstance(choice, str)])
            hint = f"did you mean '{meant}'? " if meant else ""
            yield f"{at} is {show(value)}; {hint}write {_either(choices)}"
        case "const":
            yield f"{at} is {show(value)}; write {show(rule)}"
        case limit if limit in _LIMITS:
            yield f"{at} is {show(value)}, but must be {_LIMITS[limit]} {show(rule)}"
        case "minItems" if not value:
            yield f"{at} is an empty list, but must have {_counts(error.schema)}{_example(error.schema)}"
        case "minItems" | "maxItems":
            wanted = f"{_counts(error.schema)}{_example(error.schema)}"
            yield f"{at} has {len(value)} items, but must have {wanted}"
        case "uniqueItems":
            twice = next(item for index, item in enumerate(value) if item in value[:index])
            yield f"{at} lists {show(twice)} twice; write it once"
        case "minProperties":
            yield f"{at} is empty, but must have at least {rule}{_example(error.schema)}"
        case "minLength":
            yield f"{at} is empty; write something or leave the key out"
        case "maxLength":
            yield f"{at} has {len(value)} letters, but may have at most {rule}"
        case "pattern" if "patternText" in error.schema:
            yield f"{at} is {show(value)}, but must be {error.schema['patternText']}"
        case "pattern":
            yield (
                f"the name {show(value)} ({at}) becomes part of a path, so it may hold letters, digits and "
                "._+- only, and must begin with a letter or digit"
            )
        case _:
            yield f"{at}: {error.message}"


def _unknown_key(error, path, at, schema, definitions, suggested: set[tuple]) -> str:
    key, known = error.instance, list(error.schema.get("properties", {}))
    if not isinstance(key, str):
        return f"{at} has the key {show(key)}, which YAML does not read as text; put it in quotes"
    if meant := nearest(key, known):
        suggested.add((*path, meant))
        return f"there is no key '{key}' in {at}; did you mean '{meant}'?"
    elsewhere = [place(found) for found in _key_paths(schema, definitions) if found[-1] == key]
    if elsewhere:
        return f"there is no key '{key}' in {at}; it belongs to {_either(elsewhere)}"
    return f"there is no key '{key}' in {at}; its keys are {', '.join(known)}"


def _key_paths(schema, definitions, path=()) -> Iterator[tuple[str, ...]]:
    for key, part in resolve(schema, definitions).get("properties", {}).items():
        yield (*path, key)
        yield from _key_paths(part, definitions, (*path, key))


def _wrong_type(at: str, value: Any, schema, definitions) -> str:
    types = types_of(schema)
    if isinstance(value, int) and {"number", "integer"} & set(types) and abs(value) > _LARGEST:
        return f"{at} is a number of {len(str(abs(value)))} digits, too large to compute with; write a smaller one"
    if isinstance(value, str) and "string" in types:
        return f"{at} is {value!a}, which has a character that no report can show; leave it out"
    wanted = _either([_KINDS[kind] for kind in types])
    if "string" in types and isinstance(value, bool):
        return (
            f"{at} is {show(value)}, but must be {wanted}; YAML reads yes, no, on, off, true and false as "
            "truth values, so put such a name in quotes"
        )
    if "string" in types and isinstance(value, int | float):
        return f"{at} is the number {show(value)}, but must be {wanted}; put it in quotes: '{value}'"
    if isinstance(value, str) and {"number", "integer"} & set(types) and (number := _meant_number(value)):
        return f"{at} is the text {show(value)}, but must be {wanted}; write {number} without quotes"
    if "array" in types and isinstance(value, str | int | float) and not isinstance(value, bool):
        item = value if isinstance(value, str) else show(value)
        return f"{at} is {show(value)}, but must be {wanted}; write [{item}]"
    if value is None:
        return f"{at} is empty, but must be {wanted}{_example(schema)}"
    return f"{at} is {show(value)}, but must be {wanted}{_example(schema)}"


def _meant_number(text: str) -> str | None:
    """Return a number that YAML reads as text: one in quotes, or 1e-6, which lacks a dot."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    mantissa, e, exponent = text.strip().lower().partition("e")
    if not e:
        return text.strip()
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{exponent if exponent[0] in '+-' else '+' + exponent}"


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """Return the JSON types that a schema allows; none where it does not say."""
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _counts(schema) -> str:
    low, high = schema.get("minItems"), schema.get("maxItems")
    return f"{low} items" if low == high else f"at least {low}" if high is None else f"at most {high}"


def _example(schema) -> str:
    examples = schema.get("examples") or ([schema["default"]] if schema.get("default") else [])
    return f", for example {show(examples[0])}" if examples else ""


def _either(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
