"""The functions: what each is told, who reaches it, what it runs as."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from candlewick.settings import ApiSettings, BadSettings, TaskSettings
from tests.terraform.planning import ENGINE_DIGEST, PROJECT, Plan

pytestmark = pytest.mark.xdist_group("terraform")

FUNCTION = "google_cloudfunctions2_function"
PUBLIC = {
    "auth",
    "strategies",
    "backtests",
    "market-data",
    "bots",
    "credentials",
    "assistant",
    "marketplace",
}
INTERNAL = {"tasks", "run-events", "bot-events", "reconcile"}
ANY = "europe-west1/auth"
# Addresses that are not of this region's own parts.
OUTSIDE = {"CANDLEWICK_OIDC_CERTS_URL", "CANDLEWICK_SITE_URL", "CANDLEWICK_SMTP_URL"}


class Asked(dict[str, str]):
    """An environment that remembers what was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def service(values: Mapping[str, Any]) -> Mapping[str, Any]:
    (config,) = values["service_config"]
    found: Mapping[str, Any] = config
    return found


def environment(values: Mapping[str, Any]) -> dict[str, str]:
    secrets = service(values)["secret_environment_variables"]
    return {**service(values)["environment_variables"]} | {
        item["key"]: "secret" for item in secrets
    }


def environment_findings(plan: Plan) -> Iterator[str]:
    """Yield what a function would miss at its start, and what it is told without asking."""
    for item in plan.of(FUNCTION):
        settings = ApiSettings if item.values["name"] in PUBLIC else TaskSettings
        given = Asked(environment(item.values))
        try:
            settings.from_env(given)
        except BadSettings as missing:
            yield f"{item.key}: {missing}"
        yield from (f"{item.key}: nobody reads {name}" for name in given.keys() - given.names)


def reach_findings(plan: Plan, *, public_ingress: str) -> Iterator[str]:
    for item in plan.of(FUNCTION):
        name, config = item.values["name"], service(item.values)
        wanted = public_ingress if name in PUBLIC else "ALLOW_INTERNAL_ONLY"
        if config["ingress_settings"] != wanted:
            yield f"{item.key}: {config['ingress_settings']}"
        own = f"{name}-function@{PROJECT}.iam.gserviceaccount.com"
        if config["service_account_email"] != own:
            yield f"{item.key}: runs as {config['service_account_email']}"


def with_config(plan: Plan, key: str, **values: Any) -> Plan:
    config = {**service(plan.one(FUNCTION, "this", key)), **values}
    return plan.changed(FUNCTION, "this", key, service_config=[config])


def test_there_are_eleven_functions_in_each_region(dev: Plan, prod: Plan) -> None:
    names = PUBLIC | INTERNAL

    assert {item.key for item in dev.of(FUNCTION)} == {f"europe-west1/{name}" for name in names}
    assert {item.key for item in prod.of(FUNCTION)} == {
        f"{region}/{name}" for region in ("europe-west1", "europe-west4") for name in names
    }


def test_every_function_is_told_what_its_settings_ask_for(dev: Plan, prod: Plan) -> None:
    assert list(environment_findings(dev)) == []
    assert list(environment_findings(prod)) == []


def test_a_region_speaks_to_itself(prod: Plan) -> None:
    for item in prod.of(FUNCTION):
        region = item.key.partition("/")[0]
        told = environment(item.values)
        assert told["CANDLEWICK_REGION"] == region
        assert all(
            region in url
            for name, url in told.items()
            if name.endswith("_URL") and name not in OUTSIDE
        )


def test_the_engine_is_the_digest_of_the_jobs_image(prod: Plan) -> None:
    (job, *_) = prod.of("google_cloud_run_v2_job")

    image = job.values["template"][0]["template"][0]["containers"][0]["image"]
    told = environment(prod.one(FUNCTION, "this", "europe-west1/backtests"))
    assert told["CANDLEWICK_ENGINE"] == ENGINE_DIGEST
    assert image.endswith(f"@{ENGINE_DIGEST}")


def test_google_sign_in_has_its_secrets_where_it_is_on(dev: Plan, prod: Plan) -> None:
    name = "CANDLEWICK_GOOGLE_CLIENT_SECRET"

    told = {item.key for item in prod.of(FUNCTION) if name in environment(item.values)}
    assert told == {"europe-west1/auth", "europe-west4/auth"}
    assert not [item for item in dev.of(FUNCTION) if name in environment(item.values)]


def test_alerts_go_out_by_the_ways_that_are_set_up(dev: Plan, prod: Plan) -> None:
    ways = {"CANDLEWICK_SMTP_URL", "CANDLEWICK_SMTP_SENDER", "CANDLEWICK_TELEGRAM_TOKEN"}

    for item in prod.of(FUNCTION):
        told = environment(item.values)
        is_sender = item.values["name"] == "tasks"
        assert ways & told.keys() == (ways if is_sender else set())
        assert not is_sender or told["CANDLEWICK_SITE_URL"] == "https://candlewick.example"
        assert told.get("CANDLEWICK_SMTP_URL", "secret") == "secret"
        assert told.get("CANDLEWICK_TELEGRAM_TOKEN", "secret") == "secret"
    assert not [item for item in dev.of(FUNCTION) if ways & environment(item.values).keys()]


def test_the_chat_has_a_model_where_one_is_named(dev: Plan, prod: Plan) -> None:
    name = "CANDLEWICK_CHAT_MODEL"

    told = {item.key for item in prod.of(FUNCTION) if name in environment(item.values)}
    assert told == {"europe-west1/assistant", "europe-west4/assistant"}
    assert not [item for item in dev.of(FUNCTION) if name in environment(item.values)]


def test_who_reaches_a_function_and_what_it_runs_as(dev: Plan, prod: Plan) -> None:
    assert list(reach_findings(dev, public_ingress="ALLOW_ALL")) == []
    assert list(reach_findings(prod, public_ingress="ALLOW_INTERNAL_AND_GCLB")) == []


def test_callers_name_the_audience_that_the_function_expects(prod: Plan) -> None:
    for item in prod.of("google_cloud_scheduler_job", "reconcile"):
        (target,) = item.values["http_target"]
        told = environment(prod.one(FUNCTION, "this", f"{item.key}/reconcile"))
        assert target["oidc_token"][0]["audience"] == told["CANDLEWICK_RECONCILE_URL"]
        assert target["uri"] == f"{told['CANDLEWICK_RECONCILE_URL']}/"
        assert (
            target["oidc_token"][0]["service_account_email"]
            == told["CANDLEWICK_SCHEDULER_IDENTITY"]
        )


@pytest.mark.parametrize("key", [ANY, "europe-west1/tasks"])
def test_a_variable_that_is_missing_is_noticed(dev: Plan, key: str) -> None:
    told = dict(service(dev.one(FUNCTION, "this", key))["environment_variables"])
    del told["CANDLEWICK_QUEUE"]

    found = list(environment_findings(with_config(dev, key, environment_variables=told)))

    assert found == [f"{key}: Set CANDLEWICK_QUEUE; docs/architecture.md says what each one is."]


def test_a_variable_that_nobody_reads_is_noticed(dev: Plan) -> None:
    told = {**service(dev.one(FUNCTION, "this", ANY))["environment_variables"], "DEBUG": "1"}

    found = list(environment_findings(with_config(dev, ANY, environment_variables=told)))

    assert found == [f"{ANY}: nobody reads DEBUG"]


def test_a_sign_in_without_its_secret_is_noticed(prod: Plan) -> None:
    found = list(environment_findings(with_config(prod, ANY, secret_environment_variables=[])))

    assert len(found) == 1
    assert "CANDLEWICK_SIGN_IN_SECRET" in found[0]


@pytest.mark.parametrize(
    "change",
    [
        {"ingress_settings": "ALLOW_ALL"},
        {"service_account_email": f"deployer@{PROJECT}.iam.gserviceaccount.com"},
    ],
)
def test_an_opened_function_is_noticed(prod: Plan, change: dict[str, str]) -> None:
    opened = with_config(prod, "europe-west4/tasks", **change)

    assert list(reach_findings(opened, public_ingress="ALLOW_INTERNAL_AND_GCLB"))
