"""Alerts, the metrics behind them, and their pages."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.configuration import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.xdist_group("terraform")

PLAYBOOKS = ROOT / "docs" / "operations" / "playbooks"
LOGS = (ROOT / "docs" / "operations" / "logs.md").read_text()
POLICY, METRIC = "google_monitoring_alert_policy", "google_logging_metric"
ALERTS = {
    *("stuck-runs", "queue-age", "error-ratio", "failed-verification", "reconcile-lag"),
    *("daily-cost", "slow-dispatch", "backup-missing", "pull-failed"),
}


def table(text: str) -> dict[str, tuple[set[str], str]]:
    """Return of logs.md each message with its fields and its alerts' cell."""
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \| [^|]+ \| ([^|]*)\| ([^|]*)\|$", text, re.MULTILINE)
    return {
        message: (set(re.findall(r"`(\w+)`", fields)), alert)
        for messages, fields, alert in rows
        for message in re.findall(r"`([^`]+)`", messages)
    }


def metric_findings(plan: Plan, text: str) -> Iterator[str]:
    """Yield metrics of messages or fields that nobody logs."""
    logged = table(text)
    for item in plan.of(METRIC):
        for message in re.findall(
            r'"([a-z][^"=]+)"', item.values["filter"].partition("message=")[2]
        ):
            fields = logged.get(message, (None, ""))[0]
            if fields is None:
                yield f"{item.key}: nobody logs {message!r}"
            wanted = re.findall(r"jsonPayload\.(\w+)", item.values.get("value_extractor") or "")
            yield from (
                f"{item.key}: {message!r} has no {name}"
                for name in wanted
                if name not in (fields or ())
            )


def watched(plan: Plan, alert: str) -> set[str]:
    """Return the messages that an alert is made of."""
    policy = json.dumps(plan.one(POLICY, "this", alert)["conditions"])
    metrics = {item.key: item.values["filter"] for item in plan.of(METRIC)}
    used = set(re.findall(r"user/(\w+)", policy))
    return {
        message
        for name in used
        for message in re.findall(r'"([a-z][^"=]+)"', metrics[name].partition("message=")[2])
    }


def page_findings(plan: Plan, folder: Path) -> Iterator[str]:
    names = {item.key for item in plan.of(POLICY)} | {"budget"}
    for name in sorted(names):
        if not (folder / f"{name}.md").is_file():
            yield f"{name} has no page"
    for item in plan.of(POLICY):
        content = item.values["documentation"][0]["content"]
        if f"docs/operations/playbooks/{item.key}.md" not in content:
            yield f"{item.key} does not name its page"
    if not any(
        "playbooks/budget.md" in item.values["display_name"]
        for item in plan.of("google_billing_budget")
    ):
        yield "the budget does not name its page"


def test_the_alerts_are_the_agreed_ones(dev: Plan, prod: Plan) -> None:
    assert {item.key for item in dev.of(POLICY)} == ALERTS
    assert {item.key for item in prod.of(POLICY)} == ALERTS
    assert len(prod.of("google_billing_budget")) == 1


def test_every_alert_has_its_page_and_names_it(prod: Plan) -> None:
    assert list(page_findings(prod, PLAYBOOKS)) == []


def test_an_alert_without_its_page_is_noticed(prod: Plan, tmp_path: Path) -> None:
    for name in ALERTS:
        (tmp_path / f"{name}.md").touch()

    assert list(page_findings(prod, tmp_path)) == ["budget has no page"]


def test_an_alert_that_does_not_name_its_page_is_noticed(prod: Plan) -> None:
    silent = prod.changed(POLICY, "this", "queue-age", documentation=[{"content": "Wait."}])

    assert "queue-age does not name its page" in list(page_findings(silent, PLAYBOOKS))


def test_alerts_link_their_page_and_reach_somebody(prod: Plan) -> None:
    for item in prod.of(POLICY):
        (link,) = item.values["documentation"][0]["links"]
        assert link["url"] == f"https://example.com/docs/operations/playbooks/{item.key}.md"
    assert [
        item.values["labels"] for item in prod.of("google_monitoring_notification_channel")
    ] == [{"email_address": "ops@example.com"}]


def test_metrics_read_what_the_code_logs(prod: Plan) -> None:
    assert list(metric_findings(prod, LOGS)) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("`run given up`", "`run was given up`", "runs_given_up: nobody logs 'run given up'"),
        ("`dispatch_s` (", "`took_s` (", "dispatch_seconds: 'run started' has no dispatch_s"),
    ],
)
def test_a_metric_of_what_nobody_logs_is_noticed(
    prod: Plan, old: str, new: str, finding: str
) -> None:
    assert old in LOGS

    assert list(metric_findings(prod, LOGS.replace(old, new))) == [finding]


def test_a_message_that_shall_alert_does(prod: Plan) -> None:
    """Where the messages' table names an alert, that alert is made of the message."""
    for message, (_, cell) in table(LOGS).items():
        for alert in ALERTS & set(re.findall(r"[a-z]+-[a-z]+", cell)):
            by_silence = (
                message == "backups cannot be checked"
            )  # then nobody says "backups checked"
            by_google = alert == "daily-cost"  # Google counts billed time, also of what we lost
            assert by_silence or by_google or message in watched(prod, alert), (message, alert)


def test_every_metric_is_looked_at(prod: Plan) -> None:
    looked_at = json.dumps([item.values for item in prod.of(POLICY)])
    looked_at += prod.one("google_monitoring_dashboard", "this")["dashboard_json"]

    assert {item.key for item in prod.of(METRIC) if f"user/{item.key}" not in looked_at} == set()


def test_the_dashboards_tiles_lie_side_by_side(prod: Plan) -> None:
    layout = json.loads(prod.one("google_monitoring_dashboard", "this")["dashboard_json"])
    tiles = layout["mosaicLayout"]["tiles"]

    places = {(tile["xPos"], tile["yPos"]) for tile in tiles}
    assert len(places) == len(tiles)
    assert all(tile["xPos"] + tile["width"] <= layout["mosaicLayout"]["columns"] for tile in tiles)


def test_the_cost_alert_counts_what_the_job_is_given(dev: Plan) -> None:
    (condition,) = dev.one(POLICY, "this", "daily-cost")["conditions"]

    a_second = 2 * 0.000018 + 4 * 0.000002
    threshold = condition["condition_threshold"][0]["threshold_value"]
    assert threshold == int(dev.variables["daily_job_cost"] / a_second)


def test_silence_of_what_must_speak_alerts(prod: Plan) -> None:
    heard = {
        (item.key, condition["display_name"])
        for item in prod.of(POLICY)
        for condition in item.values["conditions"]
        for threshold in condition["condition_threshold"]
        if threshold["comparison"] == "COMPARISON_LT"
        and threshold["evaluation_missing_data"] == "EVALUATION_MISSING_DATA_ACTIVE"
    }

    assert heard == {
        ("reconcile-lag", "No pass for five minutes"),
        ("backup-missing", "Nobody looked for three hours"),
        ("pull-failed", "Nobody pulled for a day"),
    }


def logged_by_the_code() -> set[str]:
    files = [
        path
        for folder in ("src", "functions", "jobs/market-data")
        for path in (ROOT / folder).rglob("*.py")
    ]
    calls = [
        node
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
    ]
    return {
        str(constant.value)
        for call in calls
        for argument in call.args[:1]
        for constant in ast.walk(argument)
        if isinstance(constant, ast.Constant)
    }


def messages(plan: Plan) -> set[str]:
    return {
        message
        for item in plan.of(METRIC)
        for message in re.findall(
            r'"([a-z][^"=]+)"', item.values["filter"].partition("message=")[2]
        )
    }


def test_every_metrics_message_is_logged_somewhere(prod: Plan) -> None:
    assert messages(prod) - logged_by_the_code() == set()


def test_a_message_that_no_code_logs_is_noticed(prod: Plan) -> None:
    wrong = prod.changed(METRIC, "this", "bugs", filter='jsonPayload.message=("a misspelt bug")')

    assert messages(wrong) - logged_by_the_code() == {"a misspelt bug"}
