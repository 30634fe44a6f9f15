"""What holds for every endpoint: bodies, headers, origins, failures."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core.exceptions import RetryError

from candlewick.backtests.service import BacktestService
from candlewick.errors import Unavailable
from candlewick.gcp.outages import OUTAGES
from tests.functions.answers import a_strategy, ok, problem, wrong_fields
from tests.world import ORIGIN, World, bearer

STRATEGIES = "/api/v1/strategies"
GAVE_UP: Callable[..., Exception] = RetryError


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (b"name=Buyer", "application/x-www-form-urlencoded", "application/json"),
        (b'{"name": "Buyer"}', "text/plain", "application/json"),
        (b'{"name": "Buyer"', "application/json", "not JSON"),
        (b'{"name": "\xff\xfe"}', "application/json", "not UTF-8: byte 10"),
        (b"[" * 100_000, "application/json", "not JSON"),
        (b"", "application/json", "send a JSON object"),
        (b"[]", "application/json", "send a JSON object"),
        (b"null", "application/json", "send a JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_in_words(
    world: World, body: bytes, content_type: str, told: str
) -> None:
    response = world.api(world.alice).post(STRATEGIES, data=body, content_type=content_type)

    assert told in problem(response, 422, "invalid")["detail"]


def test_a_large_body_is_refused_before_it_is_read(world: World) -> None:
    strategy_id = a_strategy(world)
    body = {"code": "#" * 5 * 1024 * 1024}

    response = world.api(world.alice).post(f"{STRATEGIES}/{strategy_id}/versions", json=body)

    assert "1,048,576 bytes" in problem(response, 413, "too_large")["detail"]


def test_a_misspelt_field_is_refused_instead_of_ignored(world: World) -> None:
    response = world.api(world.alice).post(STRATEGIES, json={"name": "Buyer", "nmae": "Seller"})

    assert wrong_fields(response) == {"nmae"}


def test_text_that_is_no_unicode_is_refused(world: World) -> None:
    response = world.api(world.alice).post(STRATEGIES, json={"name": "\ud800"})

    assert wrong_fields(response) == {"name"}


def test_an_unknown_path_is_a_problem_too(world: World) -> None:
    problem(world.api(world.alice).get("/api/v1/nothing"), 404, "not_found")


def test_a_wrong_method_names_the_right_ones(world: World) -> None:
    response = world.api(world.alice).put(STRATEGIES)

    problem(response, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(response.allow)


@pytest.mark.parametrize("strategy_id", ["a_b", "..", "__x__", "a" * 65, "a%2Fb"])
def test_an_id_that_we_never_gave_is_no_server_error(world: World, strategy_id: str) -> None:
    response = world.api(world.alice).get(f"{STRATEGIES}/{strategy_id}")

    assert response.status_code in {404, 422}


def test_every_answer_carries_its_request_id_and_is_not_cached(world: World) -> None:
    response = world.api(world.alice).get(
        STRATEGIES, headers={"X-Cloud-Trace-Context": "0af7651916cd43dd8448eb211c80319c/4;o=1"}
    )

    assert response.headers["X-Request-Id"] == "0af7651916cd43dd8448eb211c80319c"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_known_origin_may_read_answers_and_errors(world: World) -> None:
    for path in (STRATEGIES, f"{STRATEGIES}/unknown"):
        response = world.api(world.alice).get(path, headers={"Origin": ORIGIN})

        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "Origin" in response.headers["Vary"]


def test_another_origin_may_not(world: World) -> None:
    response = world.api(world.alice).get(STRATEGIES, headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_preflight_needs_no_sign_in_and_allows_the_headers_we_read(world: World) -> None:
    response = world.api().options("/api/v1/backtests", headers={"Origin": ORIGIN})

    assert response.status_code == 200
    allowed = response.headers["Access-Control-Allow-Headers"]
    assert {"Authorization", "Content-Type", "Idempotency-Key"} <= set(allowed.split(", "))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token x", "alice-session"]
)
def test_a_header_without_a_bearer_token_is_anonymous(world: World, header: str) -> None:
    response = world.api().get(STRATEGIES, headers={"Authorization": header})

    assert "Sign in" in problem(response, 401, "unauthenticated")["detail"]


@pytest.mark.parametrize(
    "credential", ["nonsense", "cw_", "cw_x", "cw__secret", "cw_a/b_secret", "cw_unknown_secret"]
)
def test_a_token_that_is_none_of_ours_is_refused(world: World, credential: str) -> None:
    problem(world.api().get(STRATEGIES, headers=bearer(credential)), 401, "unauthenticated")


def test_a_flood_is_told_when_to_come_back(world: World) -> None:
    world.flood_gate.exhausted.add("flood")

    response = world.api(world.alice).get(STRATEGIES)

    problem(response, 429, "rate_limited")
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    "outage",
    [
        Unavailable("The database does not answer; please try again."),
        *(kind("down") for kind in OUTAGES if kind is not RetryError),
        GAVE_UP("gave up", cause=RuntimeError("down")),
    ],
)
def test_an_outage_is_503_with_a_pause(
    world: World, monkeypatch: pytest.MonkeyPatch, outage: Exception
) -> None:
    _break(monkeypatch, outage)

    response = world.api(world.alice).get("/api/v1/backtests")

    assert "try again" in problem(response, 503, "unavailable")["detail"]
    assert response.headers["Retry-After"] == "2"


def test_a_bug_tells_the_client_nothing_and_the_log_everything(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _break(monkeypatch, RuntimeError("inner secret"))

    with caplog.at_level(logging.ERROR):
        response = world.api(world.alice).get("/api/v1/backtests")

    assert "inner secret" not in problem(response, 500, "internal")["detail"]
    assert any(record.exc_info for record in caplog.records)


def test_the_document_needs_no_sign_in_and_may_be_cached(world: World) -> None:
    response = world.api().get("/api/openapi.json")

    assert ok(response)["openapi"].startswith("3.1")
    assert "public" in response.headers["Cache-Control"]


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(BacktestService, "list", broken)
