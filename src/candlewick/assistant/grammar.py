"""The spec's JSON schema in few words, for the model: names, kinds and what may stand where."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.models import StrategySpec

Schema = Mapping[str, Any]


def spec_grammar() -> str:
    """Return one line for each block of a spec."""
    schema = StrategySpec.model_json_schema()
    blocks = {"StrategySpec": schema, **schema["$defs"]}
    # Code that the grammar does not know comes from the user alone.
    left_out = {"CodeBlock", "ClassCode"}
    return "\n".join(
        f"{name} = {_shape(block)}{_meaning(block)}"
        for name, block in blocks.items()
        if name not in left_out
    )


def registry_lines() -> str:
    """Return one line for each indicator: settings with their defaults, and outputs."""
    return "\n".join(_indicator(indicator) for indicator in INDICATORS.values())


def _indicator(indicator: Indicator) -> str:
    settings = ", ".join(f"{item.name}={item.default}" for item in indicator.settings)
    outputs = "|".join(item.name for item in indicator.outputs if item.name)
    source = " of a column" if indicator.has_source else ""
    return f"{indicator.name}({settings}){f' -> {outputs}' if outputs else ''}{source}"


def _shape(block: Schema) -> str:
    required = set(block.get("required", ()))
    fields = (
        f"{name}{'' if name in required or 'const' in field else '?'}: {_type(field)}"
        for name, field in block.get("properties", {}).items()
        if name != "code"
    )
    return "{ " + ", ".join(fields) + " }"


def _meaning(block: Schema) -> str:
    words = " ".join(str(block.get("description", "")).split())
    return f"  # {words}" if words else ""


def _type(field: Schema) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "const" in field:
        return json.dumps(field["const"])
    if "enum" in field:
        return "|".join(json.dumps(value) for value in field["enum"])
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in field:
            return "|".join(dict.fromkeys(_alternatives(field[alternatives])))
    return _plain(field)


def _alternatives(fields: list[Schema]) -> Iterator[str]:
    for field in fields:
        name = _type(field)
        if name not in {"null", "CodeBlock"}:
            yield name


def _plain(field: Schema) -> str:
    kind = field.get("type")
    if kind == "array":
        inner = _type(field.get("items", {}))
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if kind == "object":
        return f"{{name: {_type(field.get('additionalProperties', {}))}}}"
    name = {"integer": "int", "number": "float", "boolean": "bool", "null": "null"}
    return f"{name.get(str(kind), 'string')}{_range(field)}"


def _range(field: Schema) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": ">=", "exclusiveMaximum": "<", "maximum": "<="}
    return "".join(f" {sign}{field[name]}" for name, sign in signs.items() if name in field)
