"""The backtest job: as job.yaml has it, and shut in. The market-data job: as its job.yaml has it, started every day."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from candlewick.pulling.universe import Universe, read_universe
from tests.terraform import planning
from tests.terraform.configuration import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.xdist_group("terraform")

JOB = "google_cloud_run_v2_job"
REGION = "europe-west1"
GOOGLE = "199.36.153.8/30"
PULL: dict[str, Any] = yaml.safe_load((ROOT / "jobs" / "market-data" / "job.yaml").read_text())
LOCAL: dict[str, Any] = yaml.safe_load((ROOT / "jobs" / "backtest" / "job.yaml").read_text())


# What the local stack says in its own way.
_OF_THE_PLACE = {
    *("GOOGLE_CLOUD_PROJECT", "CANDLEWICK_CANDLES_BUCKET"),
    *("CANDLEWICK_UNIVERSE", "CANDLEWICK_WAREHOUSE"),
}


def task(plan: Plan, job: str = "backtest") -> dict[str, Any]:
    (template,) = plan.one(JOB, job, REGION)["template"]
    (found,) = template["template"]
    return dict(found)


def in_common(found: dict[str, Any]) -> dict[str, Any]:
    """Return of a planned task what job.yaml says too, in job.yaml's words."""
    (container,) = found["containers"]
    return {
        "maxRetries": found["max_retries"],
        "timeoutSeconds": found["timeout"].removesuffix("s"),
        "serviceAccountName": found["service_account"].partition("@")[0],
        "env": {
            item["name"]: item["value"]
            for item in container["env"]
            if item["name"] not in _OF_THE_PLACE
        },
        "limits": container["resources"][0]["limits"],
    }


def of_the_file(spec: dict[str, Any]) -> dict[str, Any]:
    (container,) = spec["containers"]
    return {
        "maxRetries": spec["maxRetries"],
        "timeoutSeconds": str(spec["timeoutSeconds"]),
        "serviceAccountName": spec["serviceAccountName"],
        "env": {item["name"]: item["value"] for item in container["env"]},
        "limits": container["resources"]["limits"],
    }


def network_findings(plan: Plan) -> Iterator[str]:
    """Yield ways by which a job could reach more than Google's private addresses."""
    for item in plan.of(JOB, "backtest"):
        for access in item.values["template"][0]["template"][0]["vpc_access"]:
            tags = [tag for face in access["network_interfaces"] for tag in face["tags"] or ()]
            if access["egress"] != "ALL_TRAFFIC" or tags != ["backtest-job"]:
                yield f"{item.key}: {access['egress']}, {tags}"
    yield from _rule_findings(plan)
    for item in plan.of("google_compute_router_nat"):
        names = [found["name"] for found in item.values["subnetwork"]]
        if item.values["source_subnetwork_ip_ranges_to_nat"] != "LIST_OF_SUBNETWORKS" or any(
            "backtest-jobs" in name for name in names
        ):
            yield f"NAT serves {names}"


def _rule_findings(plan: Plan) -> Iterator[str]:
    egress = [
        item.values
        for item in plan.of("google_compute_firewall")
        if item.values["direction"] == "EGRESS"
    ]
    denying = [rule for rule in egress if rule["deny"]]
    if not any(
        rule["destination_ranges"] == ["0.0.0.0/0"] and not rule.get("target_tags")
        for rule in denying
    ):
        yield "egress is not refused by itself"
    for rule in egress:
        reaches_jobs = "backtest-job" in (rule.get("target_tags") or ["backtest-job"])
        if rule["allow"] and reaches_jobs and rule["destination_ranges"] != [GOOGLE]:
            yield f"{rule['name']}: jobs may reach {rule['destination_ranges']}"
        if rule["allow"] and denying and rule["priority"] >= min(d["priority"] for d in denying):
            yield f"{rule['name']} comes after the refusal"


def test_terraform_and_the_local_stack_run_the_same_job(dev: Plan) -> None:
    assert in_common(task(dev)) == of_the_file(
        LOCAL["spec"]["template"]["spec"]["template"]["spec"]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"max_retries": 3},
        {"timeout": "600s"},
        {"containers": [{"env": [], "resources": [{"limits": {"cpu": "2", "memory": "4Gi"}}]}]},
    ],
)
def test_a_job_of_another_size_is_noticed(dev: Plan, change: dict[str, Any]) -> None:
    other = in_common({**task(dev), **change})

    assert other != of_the_file(LOCAL["spec"]["template"]["spec"]["template"]["spec"])


def test_the_market_data_job_is_that_of_its_file_in_one_region(prod: Plan) -> None:
    spec = PULL["spec"]["template"]["spec"]

    assert in_common(task(prod, "market_data")) == of_the_file(spec["template"]["spec"])
    (job,) = prod.of(JOB, "market_data")
    (template,) = job.values["template"]
    assert (template["task_count"], template["parallelism"]) == (
        spec["taskCount"],
        spec["parallelism"],
    )


def test_the_universe_of_production_can_be_read(prod: Plan) -> None:
    (container,) = task(prod, "market_data")["containers"]
    env = {item["name"]: item["value"] for item in container["env"]}

    universe = read_universe(env["CANDLEWICK_UNIVERSE"])

    assert (universe.exchange, universe.timeframes) == ("binance", ("5m", "1h", "1d"))
    assert (
        env["CANDLEWICK_CANDLES_BUCKET"]
        == prod.one("google_storage_bucket", "data", "candles")["name"]
    )


def test_a_deployments_universe_may_say_all_that_a_universe_can() -> None:
    text = (ROOT / "terraform" / "variables.tf").read_text()
    (declared,) = re.findall(r'^variable "universe" \{$(.*?)^\}$', text, re.DOTALL | re.MULTILINE)
    declared, _, _ = declared.partition("  validation {")

    names = set(re.findall(r"^    (\w+) +=", declared, re.MULTILINE))

    # What is no exchange's own is not pulled in the cloud.
    assert names == Universe.model_fields.keys() - {"simulated"}


def test_pulls_are_started_every_day_by_who_may_start_them(prod: Plan, dev: Plan) -> None:
    (pull,) = prod.of("google_cloud_scheduler_job", "pull")
    (target,) = pull.values["http_target"]

    assert pull.values["schedule"] == "20 0 * * *"
    assert target["oauth_token"][0]["service_account_email"].startswith("scheduler-caller@")
    assert dev.of("google_cloud_scheduler_job", "pull") == []
    assert dev.of(JOB, "market_data") == []


def test_a_universe_without_an_image_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**planning.GIVEN["prod"], "market_data_image": ""}
    monkeypatch.setitem(planning.GIVEN, "prod", given)

    with pytest.raises(planning.Failed, match="A universe needs the job's image"):
        planning.plan("prod")


def test_the_job_has_a_machine_of_its_own_and_time_to_start(dev: Plan) -> None:
    assert task(dev)["execution_environment"] == "EXECUTION_ENVIRONMENT_GEN2"
    assert int(task(dev)["timeout"].removesuffix("s")) >= 180


def test_a_job_reaches_googles_private_addresses_and_nothing_else(dev: Plan, prod: Plan) -> None:
    assert list(network_findings(dev)) == []
    assert list(network_findings(prod)) == []


@pytest.mark.parametrize(
    ("type_", "name", "key", "change"),
    [
        ("google_compute_firewall", "exchanges", "0", {"target_tags": ["backtest-job"]}),
        ("google_compute_firewall", "exchanges", "0", {"target_tags": None}),
        ("google_compute_firewall", "deny_egress", "", {"target_tags": ["live-bot"]}),
        ("google_compute_firewall", "deny_egress", "", {"priority": 10}),
        ("google_compute_firewall", "google_interfaces", "", {"destination_ranges": ["0.0.0.0/0"]}),
        (
            "google_compute_router_nat",
            "live_bots",
            REGION,
            {"source_subnetwork_ip_ranges_to_nat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        ),
        (
            "google_compute_router_nat",
            "live_bots",
            REGION,
            {"subnetwork": [{"name": "x/backtest-jobs"}]},
        ),
    ],
)
def test_a_way_out_is_noticed(
    prod: Plan, type_: str, name: str, key: str, change: dict[str, Any]
) -> None:
    assert list(network_findings(prod.changed(type_, name, key, **change)))


def test_a_job_that_goes_past_the_network_is_noticed(dev: Plan) -> None:
    (template,) = dev.one(JOB, "backtest", REGION)["template"]
    (access,) = task(dev)["vpc_access"]
    around = {**task(dev), "vpc_access": [{**access, "egress": "PRIVATE_RANGES_ONLY"}]}
    changed = dev.changed(JOB, "backtest", REGION, template=[{**template, "template": [around]}])

    assert list(network_findings(changed))


def test_names_of_google_lead_to_its_private_addresses(dev: Plan) -> None:
    records = {
        item.values["name"]: item.values["rrdatas"] for item in dev.of("google_dns_record_set")
    }
    four = [f"199.36.153.{host}" for host in range(8, 12)]

    assert records["private.googleapis.com."] == records["run.app."] == four
    assert records["*.googleapis.com."] == ["private.googleapis.com."]
    assert records["*.run.app."] == ["run.app."]


def test_subnets_do_not_overlap_and_an_append_moves_none(dev: Plan, prod: Plan) -> None:
    def ranges(plan: Plan) -> dict[tuple[str, str], str]:
        found = plan.of("google_compute_subnetwork")
        return {(item.name, item.key): item.values["ip_cidr_range"] for item in found}

    assert len(set(ranges(prod).values())) == 4
    assert ranges(dev).items() <= ranges(prod).items()


def test_without_live_bots_nothing_is_there_that_costs(dev: Plan) -> None:
    types = {item.type for item in dev.resources}

    assert types.isdisjoint(
        {"google_compute_router_nat", "google_compute_address", "google_compute_global_address"}
    )
    assert not dev.of("google_compute_route", "internet")
