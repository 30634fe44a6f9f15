"""Who may do what: out of a plan, and out of the table in docs/security.md."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.terraform.configuration import Configuration
from tests.terraform.planning import PROJECT, Plan

PRIMITIVE = frozenset({"roles/owner", "roles/editor", "roles/viewer"})
PUBLIC = frozenset({"allUsers", "allAuthenticatedUsers"})
# The public API, and what jobs and bots in the VPC call with their own tokens.
OPEN_TO_ANYONE = frozenset(
    f"function {name}"
    for name in (
        "auth",
        "strategies",
        "backtests",
        "market-data",
        "bots",
        "credentials",
        "assistant",
        "marketplace",
        "run-events",
        "bot-events",
    )
)


class Binding(NamedTuple):
    identity: str
    role: str
    resource: str


_CONDITIONS = {
    "this-database": "database (default)",
    "copies-of-the-source": "buckets gcf-v2-sources-*",
    "roles-of-the-platform": "project, only roles of this table",
}


def _project(values: Mapping[str, Any]) -> str:
    conditions = values.get("condition") or []
    return _CONDITIONS[conditions[0]["title"]] if conditions else "project"


def _called(kind: str, argument: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: f"{kind} {str(values[argument]).removeprefix(f'{PROJECT}-')}"


def _identity(values: Mapping[str, Any]) -> str:
    return f"identity {_account(values['service_account_id'].rpartition('/')[2])}"


# How a binding names its resource, for each type of binding there is.
RESOURCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "google_project_iam_member": _project,
    "google_storage_bucket_iam_member": _called("bucket", "bucket"),
    "google_service_account_iam_member": _identity,
    "google_cloud_tasks_queue_iam_member": _called("queue", "name"),
    "google_cloud_run_v2_job_iam_member": _called("job", "name"),
    "google_cloud_run_v2_service_iam_member": _called("function", "name"),
    "google_secret_manager_secret_iam_member": _called("secret", "secret_id"),
    "google_kms_crypto_key_iam_member": lambda values: (
        f"key {str(values['crypto_key_id']).rpartition('/')[2]}"
    ),
    "google_artifact_registry_repository_iam_member": _called("repository", "repository"),
    "google_bigquery_dataset_iam_member": _called("dataset", "dataset_id"),
}


def _account(member: str) -> str:
    return member.removeprefix("serviceAccount:").partition("@")[0]


def _people(member: str) -> str:
    """Return the variable that the test gave this group to."""
    return member.removeprefix("group:").partition("@")[0]


def _who(values: Mapping[str, Any]) -> str:
    member = values.get("member")
    if member is None:
        return "log sink"  # Google names it when it makes it
    if member in PUBLIC:
        return str(member)
    return _account(member) if member.startswith("serviceAccount:") else _people(member)


def planned(plan: Plan) -> set[Binding]:
    """Return the bindings of a plan; a cell's are the same in every region."""
    return {
        Binding(_who(item.values), item.values["role"].rpartition("/roles/")[2], name(item.values))
        for type_, name in RESOURCES.items()
        for item in plan.of(type_)
    }


def documented(text: str) -> set[Binding]:
    """Return the bindings of the table: each row's identities with its roles and resources."""
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE)
    return {
        Binding(*found)
        for cells in rows
        for found in itertools.product(*(re.findall(r"`([^`]+)`", cell) for cell in cells))
    }


def findings(plan: Plan) -> Iterator[str]:
    """Yield bindings that may never be, whoever documents them."""
    for binding in planned(plan):
        if binding.role in PRIMITIVE:
            yield f"{binding.identity} has the primitive role {binding.role}"
        if binding.identity in PUBLIC and (
            binding.resource not in OPEN_TO_ANYONE or binding.role != "roles/run.invoker"
        ):
            yield f"{binding.identity} has {binding.role} on {binding.resource}"
        if binding.identity == "backtest-job":
            yield f"the job has {binding.role} on {binding.resource}"


def type_findings(configuration: Configuration) -> Iterator[str]:
    """Yield resources that grant rights past the table, and keys."""
    for block in configuration.typed_blocks():
        if "_iam_" in block.type and block.type not in {
            *RESOURCES,
            "google_project_iam_custom_role",
            "google_project_iam_audit_config",
        }:
            yield f"{block.address}: bind by one of {', '.join(sorted(RESOURCES))}"
        if block.type in {"google_service_account_key", "google_bigquery_dataset_access"}:
            yield f"{block.address}: there are no keys, and no access beside IAM"
