"""What the tests of the API say again and again."""

from typing import Any

from werkzeug.test import TestResponse

from candlewick.backtests.models import RunId, RunState
from candlewick.strategies.models import StrategyId, hash_code
from tests import factories
from tests.world import World

JsonObject = dict[str, Any]
CREDENTIALS = {"apiKey": "an-api-key-1234", "secret": "its-own-words-5678"}
NO_SUCH = "00000000000000000000"


def problem(response: TestResponse, status: int, code: str) -> JsonObject:
    """Check that a response is this problem; return the document."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    document: JsonObject = response.get_json(force=True)
    assert document["status"] == status
    assert document["code"] == code
    assert document["detail"].endswith((".", "…")) or document["errors"]
    return document


def wrong_fields(response: TestResponse) -> set[str]:
    return {item["field"] for item in problem(response, 422, "invalid")["errors"]}


def ok(response: TestResponse, status: int = 200) -> JsonObject:
    assert response.status_code == status, response.text
    document: JsonObject = response.get_json()
    return document


def a_strategy(world: World, credential: str | None = None, code: str = factories.CODE) -> str:
    """Create a strategy with one version; return its id."""
    client = world.api(credential or world.alice)
    strategy_id: str = ok(client.post("/api/v1/strategies", json={"name": "Buyer"}), 201)["id"]
    ok(client.post(f"/api/v1/strategies/{strategy_id}/versions", json={"code": code}), 201)
    return strategy_id


def a_request(strategy_id: str, **changes: Any) -> JsonObject:
    body = {
        "strategyId": strategy_id,
        "version": 1,
        "exchange": "simulated",
        "pairs": ["BTC/USDT"],
        "start": "2025-01-01T00:00:00Z",
        "end": "2025-01-02T00:00:00Z",
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def a_bot_request(strategy_id: str, **changes: Any) -> JsonObject:
    body = {
        "name": "Buyer one",
        "mode": "paper",
        "strategyId": strategy_id,
        "version": 1,
        "venue": "simulated",
        "pairs": ["BTC/USDT"],
        "stakeAmount": "100",
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def verified(world: World, strategy_id: str) -> None:
    """Give Alice a verified backtest of the strategy's first version."""
    code_hash = hash_code(factories.CODE)
    strategy = factories.a_strategy_ref(id=StrategyId(strategy_id), code_hash=code_hash)
    run = factories.a_run(RunState.SUCCEEDED, id=RunId("verified"), strategy=strategy)
    world.put_run(run)


def a_key(world: World, credential: str | None = None) -> str:
    """Add an exchange key; return its id."""
    body = {"name": "Main", "venue": "simulated", **CREDENTIALS}
    response = world.api(credential or world.alice).post("/api/v1/exchange-keys", json=body)
    key_id: str = ok(response, 201)["id"]
    return key_id


def submit(
    world: World, body: JsonObject, *, key: str = "key-00000001", credential: str | None = None
) -> TestResponse:
    client = world.api(credential or world.alice)
    return client.post("/api/v1/backtests", json=body, headers={"Idempotency-Key": key})
