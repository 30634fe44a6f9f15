"""Terraform binds what docs/security.md says, no more and no less."""

import re
from typing import Any

import pytest

from tests.terraform import bindings
from tests.terraform.bindings import Binding
from tests.terraform.configuration import ROOT, Configuration
from tests.terraform.planning import PROJECT, Plan

pytestmark = pytest.mark.xdist_group("terraform")

TABLE = (ROOT / "docs" / "security.md").read_text()
CELL = "google_storage_bucket_iam_member"


def role_table(text: str) -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(\w+)` \| (`[a-z]+\.[^|]+) \| [^|]+ \|$", text, re.MULTILINE)
    return {name: set(re.findall(r"`([^`]+)`", cell)) for name, cell in rows}


def roles(plan: Plan) -> dict[str, set[str]]:
    made = plan.of("google_project_iam_custom_role")
    return {item.values["role_id"]: set(item.values["permissions"]) for item in made}


def member(plan: Plan, **values: Any) -> Plan:
    return plan.with_more("google_project_iam_member", "more", condition=[], **values)


def test_the_table_is_what_is_bound(prod: Plan) -> None:
    planned, documented = bindings.planned(prod), bindings.documented(TABLE)

    assert planned - documented == set(), "bound, but not in the table"
    assert documented - planned == set(), "in the table, but not bound"


def test_development_binds_nothing_of_its_own(dev: Plan, prod: Plan) -> None:
    assert bindings.planned(dev) <= bindings.planned(prod)


def test_the_custom_roles_are_as_documented(prod: Plan) -> None:
    assert roles(prod) == role_table(TABLE)


def test_no_binding_is_forbidden(prod: Plan) -> None:
    assert list(bindings.findings(prod)) == []


def test_nothing_grants_past_the_table() -> None:
    assert list(bindings.type_findings(Configuration.of_the_project())) == []


def test_every_identity_is_in_the_table_or_has_no_role(prod: Plan) -> None:
    accounts = {item.values["account_id"] for item in prod.of("google_service_account")}

    assert accounts - {binding.identity for binding in bindings.documented(TABLE)} == {
        "backtest-job",
        "live-bot",
    }
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", name) for name in accounts)


def test_a_binding_that_is_not_documented_is_noticed(prod: Plan) -> None:
    more = prod.with_more(
        CELL,
        "more",
        bucket=f"{PROJECT}-results",
        role="roles/storage.objectViewer",
        member=f"serviceAccount:auth-function@{PROJECT}.iam.gserviceaccount.com",
    )

    assert bindings.planned(more) - bindings.documented(TABLE) == {
        Binding("auth-function", "roles/storage.objectViewer", "bucket results")
    }


def test_a_row_that_nothing_binds_is_noticed(prod: Plan) -> None:
    row = "| `auth-function` | `roles/run.invoker` | `function tasks` | because |"

    assert bindings.documented(f"{TABLE}\n{row}\n") - bindings.planned(prod) == {
        Binding("auth-function", "roles/run.invoker", "function tasks")
    }


def test_a_condition_that_is_gone_is_noticed(prod: Plan) -> None:
    wider = prod.changed("google_project_iam_member", "firestore", "auth-function", condition=[])

    assert bindings.planned(wider) - bindings.documented(TABLE) == {
        Binding("auth-function", "roles/datastore.user", "project")
    }


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("serviceAccount:auth-function@x.iam.gserviceaccount.com", "roles/editor"),
        ("user:someone@example.com", "roles/owner"),
        ("allUsers", "roles/datastore.user"),
        ("allAuthenticatedUsers", "roles/run.invoker"),
        ("serviceAccount:backtest-job@x.iam.gserviceaccount.com", "roles/logging.logWriter"),
    ],
)
def test_a_forbidden_binding_is_noticed(prod: Plan, who: str, role: str) -> None:
    assert len(list(bindings.findings(member(prod, member=who, role=role)))) == 1


@pytest.mark.parametrize("function", ["tasks", "reconcile"])
def test_an_internal_function_that_is_opened_is_noticed(prod: Plan, function: str) -> None:
    opened = prod.changed(
        "google_cloud_run_v2_service_iam_member",
        "callers",
        f"europe-west1/{function}",
        member="allUsers",
    )

    assert list(bindings.findings(opened))


@pytest.mark.parametrize(
    "type_",
    ["google_project_iam_binding", "google_service_account_key", "google_pubsub_topic_iam_member"],
)
def test_another_way_of_granting_is_noticed(type_: str) -> None:
    text = f'resource "{type_}" "this" {{}}'

    assert list(bindings.type_findings(Configuration({"more.tf": text})))
