"""schema.json is what the provider's bindings say, for the version that the configuration asks for."""

import json
from typing import Any

import hcl2
import pytest

from tests.terraform import provider_schema
from tests.terraform.configuration import FOLDER
from tests.terraform.provider_schema import SCHEMA_FILE, Bindings, Unavailable

SCRIPT = """
class Thing extends cdktn.TerraformResource {
    static tfResourceType = "google_thing";
    get displayName() {
        return this.getStringAttribute('display_name');
    }
    get size() {
        return this.getNumberAttribute('size');
    }
    get hosts() {
        return cdktn.Fn.tolist(this.getListAttribute('hosts'));
    }
    _labels = new cdktn.StringMap(this, "labels");
    _rule = new other_1.ThingRuleList(this, "rule", true);
    _one = new ThingOneOutputReference(this, "one");
    _seen = new ThingSeenList(this, "seen", false);
}
class ThingRuleOutputReference extends cdktn.ComplexObject {
    get action() {
        return this.getStringAttribute('action');
    }
}
class ThingOneOutputReference extends cdktn.ComplexObject {
}
class ThingSeenOutputReference extends cdktn.ComplexObject {
    get at() {
        return this.getStringAttribute('at');
    }
}
"""
TYPES = """
export interface ThingConfig extends cdktn.TerraformMetaArguments {
    readonly displayName: string;
    readonly hosts?: string[];
    readonly labels?: { [key: string]: string };
    readonly rule: ThingRule[];
    readonly one?: ThingOne;
}
export interface ThingRule {
    readonly action: string;
}
"""


def thing(script: str = SCRIPT, types: str = TYPES) -> dict[str, Any]:
    return Bindings.of({"index.js": script, "index.d.ts": types}).schema("google_thing")


@pytest.mark.timeout(300)
def test_the_schema_is_what_the_bindings_say() -> None:
    try:
        made = provider_schema.generate()
    except Unavailable as reason:
        pytest.skip(f"schema.json is used unchecked: {reason}")

    advice = "run python -m tests.terraform.provider_schema"
    assert SCHEMA_FILE.read_text() == provider_schema.written(made), advice


def test_the_schema_is_of_the_version_that_the_configuration_asks_for() -> None:
    versions = hcl2.loads((FOLDER / "versions.tf").read_text())["terraform"][0]

    (providers,) = versions["required_providers"]
    asked = {name: given for name, given in providers.items() if isinstance(given, dict)}
    major, minor, _ = provider_schema.load()["version"].split(".")
    assert {name: given["version"] for name, given in asked.items()} == {
        "google": f'"~> {major}.{minor}"',
        "google-beta": f'"~> {major}.{minor}"',
    }


def test_arguments_blocks_and_outputs_are_told_apart() -> None:
    assert thing() == {
        "attributes": {
            "display_name": "string!",
            "size": "number",
            "hosts": "set(string)?",
            "labels": "map(string)?",
        },
        "blocks": {
            "rule": {"nesting": "set", "attributes": {"action": "string!"}, "min": 1},
            "one": {"nesting": "list", "max": 1},
        },
        "outputs": {"seen": {"nesting": "list", "attributes": {"at": "string"}}},
    }


def test_an_argument_that_becomes_optional_changes_the_schema() -> None:
    assert thing(types=TYPES.replace("displayName:", "displayName?:")) != thing()


def test_the_committed_file_reads_back() -> None:
    schema = provider_schema.load()

    assert json.loads(provider_schema.written(schema)) == schema
