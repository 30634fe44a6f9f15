"""Everything that is paid for says what it is part of."""

from collections.abc import Iterator

import pytest

from tests.terraform import provider_schema
from tests.terraform.configuration import Configuration
from tests.terraform.planning import Plan

pytestmark = pytest.mark.xdist_group("terraform")

# Their labels mean something else: where an e-mail goes to.
_OTHER_LABELS = {"google_monitoring_notification_channel"}


def findings(plan: Plan) -> Iterator[str]:
    """Yield what could have labels and lacks one by which a bill is split."""
    types = provider_schema.load()["google"]["resource"]
    for item in plan.resources:
        if (
            "labels" not in types.get(item.type, {}).get("attributes", {})
            or item.type in _OTHER_LABELS
        ):
            continue
        missing = {"component", "feature"} - set(item.values.get("labels") or {})
        if missing:
            yield f"{item.type}.{item.name}[{item.key}]: {', '.join(sorted(missing))}"


def test_the_bill_can_be_split_by_component_and_feature(dev: Plan, prod: Plan) -> None:
    assert list(findings(dev)) == []
    assert list(findings(prod)) == []


def test_a_resource_without_labels_is_noticed(dev: Plan) -> None:
    bare = dev.changed("google_storage_bucket", "data", "code", labels=None)

    assert list(findings(bare)) == ["google_storage_bucket.data[code]: component, feature"]


def test_the_environment_is_a_label_of_everything() -> None:
    (providers,) = [
        content["provider"]
        for name, content in Configuration.of_the_project().files()
        if name == "providers.tf"
    ]

    assert providers[0]['"google"']["default_labels"] == "${local.common_labels}"
