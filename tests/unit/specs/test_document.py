"""docs/strategy-spec.md names what there is."""

from pathlib import Path
from typing import Any

from candlewick.indicators.registry import INDICATORS
from candlewick.specs.helpers import HELPERS
from candlewick.specs.models import StrategySpec

PAGE = (Path(__file__).parents[3] / "docs" / "strategy-spec.md").read_text()


def kinds(schema: dict[str, Any]) -> set[str]:
    """Return the kinds of the conditions in the model's JSON schema."""
    condition = schema["$defs"]["Rule"]["properties"]["when"]
    return set(condition["discriminator"]["mapping"])


def test_every_part_and_every_kind_of_condition_is_named() -> None:
    schema = StrategySpec.model_json_schema()

    assert kinds(schema) >= {"all", "compare", "code"}
    for name in kinds(schema) | set(schema["properties"]) - {"version"}:
        assert f"`{name}`" in PAGE, name


def test_every_helper_in_the_code_column_is_one() -> None:
    assert {name for name in HELPERS if f"`{name}(" in PAGE} >= {"rising", "within", "between"}


def test_a_function_is_the_call_of_one_indicator_only() -> None:
    functions = [indicator.function for indicator in INDICATORS.values()]

    assert len(set(functions)) == len(functions)
