"""Stores: indexes, lifetimes, backups, buckets."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.terraform.configuration import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.xdist_group("terraform")

MODEL = (ROOT / "docs" / "data-model.md").read_text()
FILE: dict[str, Any] = json.loads((ROOT / "firestore.indexes.json").read_text())
BUCKET = "google_storage_bucket"


def planned_indexes(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "collectionGroup": item.values["collection"],
            "queryScope": item.values["query_scope"],
            "fields": [
                {"fieldPath": field["field_path"], "order": field["order"]}
                for field in item.values["fields"]
            ],
        }
        for item in plan.of("google_firestore_index")
    ]


def planned_fields(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "collectionGroup": item.values["collection"],
            "fieldPath": item.values["field"],
            "indexes": [
                {"order": index["order"], "queryScope": index["query_scope"]}
                for index in item.values["index_config"][0]["indexes"]
            ],
            **({"ttl": True} if item.values["ttl_config"] else {}),
        }
        for item in plan.of("google_firestore_field")
    ]


def ordered(items: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in items)


def lifetimes(plan: Plan) -> set[tuple[str, str]]:
    return {
        (item.values["collection"], item.values["field"])
        for item in plan.of("google_firestore_field")
        if item.values["ttl_config"]
    }


def documented_lifetimes(text: str) -> set[tuple[str, str]]:
    """Return (collection, field) of every row that speaks of a TTL."""
    rows = re.findall(r"^\| `([^`]+)` \|.*TTL on `(\w+)`", text, re.MULTILINE)
    return {(path.split("/")[-2], field) for path, field in rows}


def bucket_findings(plan: Plan) -> Iterator[str]:
    for item in plan.of(BUCKET):
        values = item.values
        if values.get("uniform_bucket_level_access") is not True:
            yield f"{values['name']}: access by object"
        if values.get("public_access_prevention") != "enforced":
            yield f"{values['name']}: may become public"
        if not any(found["enabled"] for found in values["versioning"]):
            yield f"{values['name']}: no versions"
        if not any(found["action"][0]["type"] == "Delete" for found in values["lifecycle_rule"]):
            yield f"{values['name']}: keeps everything for ever"


def test_the_indexes_are_the_file_that_queries_are_tested_against(prod: Plan) -> None:
    assert ordered(planned_indexes(prod)) == ordered(FILE["indexes"])
    assert ordered(planned_fields(prod)) == ordered(FILE["fieldOverrides"])


def test_a_missing_index_is_noticed(prod: Plan) -> None:
    first = prod.of("google_firestore_index")[0]
    fewer = prod.without(first.type, first.name, first.key)

    assert ordered(planned_indexes(fewer)) != ordered(FILE["indexes"])


def test_lifetimes_are_those_of_the_data_model(prod: Plan) -> None:
    assert lifetimes(prod) == documented_lifetimes(MODEL) != set()


def test_a_lifetime_without_its_policy_is_noticed(prod: Plan) -> None:
    for_ever = prod.changed("google_firestore_field", "this", "idempotency.expireAt", ttl_config=[])

    assert lifetimes(for_ever) != documented_lifetimes(MODEL)


def test_a_lifetime_that_only_the_data_model_has_is_noticed(prod: Plan) -> None:
    more = f"{MODEL}\n| `sessions/{{id}}` | `endsAt` | auth | nobody | a day (TTL on `endsAt`) |\n"

    assert documented_lifetimes(more) - lifetimes(prod) == {("sessions", "endsAt")}


def test_the_rules_are_the_projects(prod: Plan) -> None:
    (source,) = prod.one("google_firebaserules_ruleset", "firestore")["source"]

    assert source["files"][0]["content"] == (ROOT / "firestore.rules").read_text()


def test_the_database_can_be_brought_back(dev: Plan, prod: Plan) -> None:
    for plan in (dev, prod):
        database = plan.one("google_firestore_database", "this")
        assert database["point_in_time_recovery_enablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
        assert {item.name for item in plan.of("google_firestore_backup_schedule")} == {
            "daily",
            "weekly",
        }


def test_production_refuses_to_be_deleted_and_development_does_not(dev: Plan, prod: Plan) -> None:
    kept = {"google_firestore_database", BUCKET, "google_kms_crypto_key", "google_compute_address"}
    for plan, policy in ((prod, "PREVENT"), (dev, "DELETE")):
        data = [item for item in plan.resources if item.type in kept and item.name != "sources"]
        assert {item.values["deletion_policy"] for item in data} == {policy}


def test_buckets_are_closed_versioned_and_forget(prod: Plan) -> None:
    assert list(bucket_findings(prod)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"uniform_bucket_level_access": False},
        {"public_access_prevention": "inherited"},
        {"versioning": []},
        {"lifecycle_rule": []},
    ],
)
def test_a_careless_bucket_is_noticed(prod: Plan, change: dict[str, Any]) -> None:
    careless = prod.changed(BUCKET, "data", "results", **change)

    assert len(list(bucket_findings(careless))) == 1


def test_candles_that_nobody_reads_get_cheap_and_results_stay_at_hand(prod: Plan) -> None:
    found = {
        name: prod.one(BUCKET, "data", name)["autoclass"] for name in ("candles", "code", "results")
    }

    (candles,) = found.pop("candles")
    assert (candles["enabled"], candles["terminal_storage_class"]) == (True, "ARCHIVE")
    assert found == {"code": [], "results": []}


def test_production_survives_the_loss_of_a_region(prod: Plan) -> None:
    for name in ("candles", "code", "results"):
        (placement,) = prod.one(BUCKET, "data", name)["custom_placement_config"]
        assert sorted(placement["data_locations"]) == ["EUROPE-WEST1", "EUROPE-WEST4"]
    assert prod.one("google_firestore_database", "this")["location_id"] == "eur3"


def test_browsers_fetch_results_from_the_web_app_only(dev: Plan, prod: Plan) -> None:
    (cors,) = prod.one(BUCKET, "data", "results")["cors"]

    assert (cors["origin"], cors["method"]) == (["https://candlewick.example"], ["GET"])
    assert prod.one(BUCKET, "data", "code")["cors"] == []
    assert "*" not in dev.one(BUCKET, "data", "results")["cors"][0]["origin"]
