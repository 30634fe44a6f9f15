"""Checks of the configuration against the providers' schema, and of its references, without Terraform."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.terraform.configuration import META_ARGUMENTS, META_BLOCKS, Body, Configuration

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_REFERENCE = re.compile(
    r"(?<![\w.\"-])(?:(var|local|data\.google_\w+)\.([\w-]+)|(google_\w+)\.([\w-]+))((?:\[[^\]]*\])?\.(\w+))?"
)


def schema_findings(configuration: Configuration, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the schema does not allow: names, kinds, numbers and types of arguments and blocks."""
    for block in configuration.typed_blocks():
        known = schema.get(block.provider, {}).get(block.kind, {}).get(block.type)
        if known is None:
            yield f"{block.address}: {block.provider} has no {block.kind} {block.type} in schema.json"
            continue
        yield from _body_findings(block.address, block.body, known, is_top=True)


def _body_findings(
    where: str, body: Body, known: Mapping[str, Any], *, is_top: bool = False
) -> Iterator[str]:
    attributes, blocks = known.get("attributes", {}), known.get("blocks", {})
    arguments, nested = body.arguments(), list(body.blocks())
    if is_top:
        arguments = {k: v for k, v in arguments.items() if k not in META_ARGUMENTS}
        nested = [item for item in nested if item[0] not in META_BLOCKS]
    yield from _argument_findings(where, arguments, attributes)
    for name, kind in attributes.items():
        if kind.endswith("!") and name not in arguments:
            yield f"{where}: {name} is missing"
    yield from _count_findings(where, nested, blocks)
    for name, inner in nested:
        if name in blocks:
            yield from _body_findings(f"{where}.{name}", inner, blocks[name])


def _argument_findings(
    where: str, arguments: Mapping[str, Any], attributes: Mapping[str, str]
) -> Iterator[str]:
    for name, value in arguments.items():
        kind = attributes.get(name)
        if kind is None:
            yield f"{where}: there is no argument {name}"
        elif kind[-1] not in "!?":
            yield f"{where}: {name} is what Google answers and cannot be set"
        elif not fits(value, kind.rstrip("!?")):
            yield f"{where}: {name} = {value} is no {kind.rstrip('!?')}"


def _count_findings(
    where: str, nested: list[tuple[str, Body]], blocks: Mapping[str, Any]
) -> Iterator[str]:
    names = [name for name, _ in nested]
    for name in dict.fromkeys(names):
        if name not in blocks:
            yield f"{where}: there is no block {name}"
        elif names.count(name) > blocks[name].get("max", len(names)):
            yield f"{where}: one block {name} at most"
    for name, inner in blocks.items():
        if inner.get("min") and name not in names:
            yield f"{where}: the block {name} is missing"


def fits(value: object, kind: str) -> bool:
    """Return whether a literal has a type. An expression may have any: Terraform itself knows."""
    if isinstance(value, str) and not value.startswith('"'):
        return True
    if kind.startswith(("list", "set")):
        inner = kind.partition("(")[2].removesuffix(")")
        return isinstance(value, list) and all(fits(item, inner) for item in value)
    if kind.startswith("map"):
        return isinstance(value, dict)
    if kind == "string":
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    # Terraform takes a number in quotes, a reader should not have to.
    return isinstance(value, int | float) and not isinstance(value, bool)


def reference_findings(configuration: Configuration, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield references to what is not there, and what nothing refers to."""
    declared = {block.address: block for block in configuration.typed_blocks()}
    variables, values = configuration.variables(), configuration.local_values()
    names = {f"var.{name}" for name in variables} | {f"local.{name}" for name in values}
    used: set[str] = set()
    for file, found in _references(configuration):
        address = f"{found[1] or found[3]}.{found[2] or found[4]}"
        used.add(address)
        if address not in names | declared.keys():
            yield f"{file}: {address} is not declared"
        elif found[6] and address in declared and not _has(declared[address], found[6], schema):
            yield f"{file}: {address} has no {found[6]}"
    yield from (f"{name} is used nowhere" for name in sorted(names - used))


def _references(configuration: Configuration) -> Iterator[tuple[str, re.Match[str]]]:
    for file, text in configuration.code():
        yield from ((file, found) for found in _REFERENCE.finditer(text))


def _has(block: Any, attribute: str, schema: Mapping[str, Any]) -> bool:
    known = schema[block.provider][block.kind].get(block.type, {})
    return any(attribute in known.get(part, {}) for part in ("attributes", "blocks", "outputs"))


def tfvars_findings(names: set[str], configuration: Configuration) -> Iterator[str]:
    """Yield names that an environment gives and nobody declares."""
    yield from (f"{name} is no variable" for name in sorted(names - set(configuration.variables())))
