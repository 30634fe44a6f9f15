"""Every operation of the API document, and what a rightful call of it looks like."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from werkzeug.test import TestResponse

from api.sign_in import COOKIE, PREFIX
from candlewick.accounts.models import Scope, hash_secret
from candlewick.backtests.models import RunState
from candlewick.bots.wire import RiskLimits, Wanted
from candlewick.strategies.models import StrategyId
from tests.bot_factories import (
    SIGNAL_SECRET,
    SIGNAL_TOKEN,
    a_bot,
    a_closed_trade,
    a_running_bot,
    a_trading,
)
from tests.factories import CODE, a_run, a_share, store_indicators
from tests.fakes import START
from tests.functions.answers import (
    CREDENTIALS,
    a_bot_request,
    a_key,
    a_request,
    a_strategy,
    verified,
)
from tests.functions.marketplace_operations import MARKETPLACE, put_invitations, put_listings
from tests.functions.operation import IDEMPOTENT, SESSION_ONLY, Key, Operation
from tests.world import ORIGIN, PENDING, World, bearer

SPEC = {"name": "Buyer", "timeframe": "5m"}
CANDLES = {"exchange": "simulated", "pair": "BTC/USDT"}
_WINDOW = {"pair": "BTC/USDT", "timeframe": "5m", "start": "2025-01-01", "end": "2025-01-02"}
_SPAN = {name: _WINDOW[name] for name in ("pair", "start", "end")}
_RUN = "/api/v1/backtests/{run_id}"
_STRATEGY = "/api/v1/strategies/{strategy_id}"
_SETS = f"{_STRATEGY}/versions/{{number}}/parameter-sets"
_BOT = "/api/v1/bots/{bot_id}"
_KEY = "/api/v1/exchange-keys/{key_id}"
_TALK = "/api/v1/assistant/conversations/{conversation_id}"
_MARKET = "/api/v1/market-data/exchanges"

OPERATIONS: dict[Key, Operation] = {
    ("get", "/api/v1/me"): Operation(scope=Scope.READ),
    ("patch", "/api/v1/me"): Operation(scope=SESSION_ONLY, body=lambda _: {"displayName": "Ada"}),
    ("delete", "/api/v1/me"): Operation(scope=SESSION_ONLY, status=204),
    ("get", "/api/v1/me/quotas"): Operation(scope=Scope.READ),
    ("get", "/api/v1/me/tokens"): Operation(scope=Scope.READ),
    ("post", "/api/v1/me/tokens"): Operation(
        scope=SESSION_ONLY, body=lambda _: {"name": "t", "scopes": ["read"]}, status=201
    ),
    ("delete", "/api/v1/me/tokens/{token_id}"): Operation(
        scope=SESSION_ONLY, status=204, owned=True
    ),
    ("get", "/api/v1/me/export"): Operation(scope=SESSION_ONLY),
    ("get", "/api/v1/sign-in"): Operation(scope=None, public=True),
    ("post", "/api/v1/sign-in/google"): Operation(
        scope=None, headers={"Origin": ORIGIN}, public=True
    ),
    ("post", "/api/v1/sign-in/google/exchange"): Operation(
        scope=None, body=lambda _: {"state": PENDING.state, "code": "a-code"}, public=True
    ),
    ("get", "/api/v1/assistant"): Operation(scope=Scope.READ),
    ("get", "/api/v1/assistant/conversations"): Operation(
        scope=Scope.READ, query={"strategyId": "{strategy_id}"}, owned=True
    ),
    ("post", "/api/v1/assistant/conversations"): Operation(
        scope=Scope.STRATEGIES, body=lambda it: {"strategyId": it}, status=201, owned=True
    ),
    ("get", _TALK): Operation(scope=Scope.READ, owned=True),
    ("delete", _TALK): Operation(scope=Scope.STRATEGIES, status=204, owned=True),
    ("post", f"{_TALK}/messages"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"text": "Buy the dip"}, owned=True
    ),
    ("post", f"{_TALK}/runs"): Operation(scope=Scope.STRATEGIES, owned=True),
    ("post", f"{_TALK}/results"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"runId": "verified"}, status=201, owned=True
    ),
    ("get", "/api/v1/strategies"): Operation(scope=Scope.READ),
    ("post", "/api/v1/strategies"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"name": "New"}, status=201
    ),
    ("get", _STRATEGY): Operation(scope=Scope.READ, owned=True),
    ("patch", _STRATEGY): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"name": "Renamed"}, owned=True
    ),
    ("get", f"{_STRATEGY}/versions"): Operation(scope=Scope.READ, owned=True),
    ("post", f"{_STRATEGY}/versions"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"code": CODE}, status=201, owned=True
    ),
    ("get", f"{_STRATEGY}/versions/{{number}}"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_STRATEGY}/versions/{{older}}/diff/{{newer}}"): Operation(
        scope=Scope.READ, owned=True
    ),
    ("get", f"{_STRATEGY}/draft"): Operation(scope=Scope.READ, owned=True),
    ("put", f"{_STRATEGY}/draft"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"code": CODE, "revision": 0}, owned=True
    ),
    ("delete", f"{_STRATEGY}/draft"): Operation(scope=Scope.STRATEGIES, status=204, owned=True),
    ("get", _SETS): Operation(scope=Scope.READ, owned=True),
    ("post", _SETS): Operation(
        scope=Scope.STRATEGIES,
        body=lambda _: {"name": "s", "parameters": {}},
        status=201,
        owned=True,
    ),
    ("delete", f"{_SETS}/{{set_id}}"): Operation(scope=Scope.STRATEGIES, status=204, owned=True),
    ("post", "/api/v1/strategy-checks"): Operation(scope=Scope.READ, body=lambda _: {"code": CODE}),
    ("post", "/api/v1/specs/check"): Operation(scope=Scope.READ, body=lambda _: {"spec": SPEC}),
    ("post", "/api/v1/specs/compile"): Operation(scope=Scope.READ, body=lambda _: {"spec": SPEC}),
    ("get", "/api/v1/specs/examples"): Operation(scope=Scope.READ),
    ("post", "/api/v1/specs/parse"): Operation(scope=Scope.READ, body=lambda _: {"code": CODE}),
    ("post", "/api/v1/specs/preview"): Operation(
        scope=Scope.READ, body=lambda _: {"spec": SPEC, **CANDLES}
    ),
    ("post", "/api/v1/specs/explain"): Operation(
        scope=Scope.READ, body=lambda _: {"spec": SPEC, **CANDLES, "at": "2025-01-02T23:55:00Z"}
    ),
    ("get", "/api/v1/indicators"): Operation(scope=Scope.READ),
    ("get", "/api/v1/backtests"): Operation(scope=Scope.READ),
    ("post", "/api/v1/backtests"): Operation(
        scope=Scope.BACKTESTS, body=a_request, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("get", _RUN): Operation(scope=Scope.READ, owned=True),
    ("patch", _RUN): Operation(scope=Scope.BACKTESTS, body=lambda _: {"notes": "n"}, owned=True),
    ("delete", _RUN): Operation(scope=Scope.BACKTESTS, status=204, owned=True),
    ("post", f"{_RUN}/cancel"): Operation(
        scope=Scope.BACKTESTS, status=202, run_state=RunState.RUNNING, owned=True
    ),
    ("get", f"{_RUN}/summary"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/trades"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/trust"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/shares"): Operation(scope=Scope.READ, owned=True),
    ("post", f"{_RUN}/shares"): Operation(
        scope=Scope.BACKTESTS, body=lambda _: {"title": "Look"}, status=201, owned=True
    ),
    ("delete", f"{_RUN}/shares/{{token}}"): Operation(
        scope=Scope.BACKTESTS, status=204, owned=True
    ),
    ("get", f"{_RUN}/equity"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/plot"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/indicators"): Operation(scope=Scope.READ, query=_SPAN, owned=True),
    ("get", f"{_RUN}/certificate"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/log"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_RUN}/downloads"): Operation(scope=Scope.READ, owned=True),
    ("get", _MARKET): Operation(scope=Scope.READ),
    ("get", f"{_MARKET}/{{exchange}}/coverage"): Operation(scope=Scope.READ),
    ("get", f"{_MARKET}/{{exchange}}/candles"): Operation(scope=Scope.READ, query=_WINDOW),
    ("get", "/api/v1/bots"): Operation(scope=Scope.READ),
    ("post", "/api/v1/bots"): Operation(
        scope=Scope.BOTS, body=a_bot_request, headers=IDEMPOTENT, status=201, owned=True
    ),
    ("post", "/api/v1/bots/preview"): Operation(scope=Scope.READ, body=a_bot_request, owned=True),
    ("post", "/api/v1/bots/stop-all"): Operation(
        scope=Scope.BOTS, body=lambda _: {}, headers=IDEMPOTENT
    ),
    ("get", "/api/v1/bots/venues"): Operation(scope=Scope.READ),
    ("get", "/api/v1/bots/alerts"): Operation(scope=Scope.READ),
    ("put", "/api/v1/bots/alerts"): Operation(
        scope=SESSION_ONLY, body=lambda _: {"email": "a@example.org"}
    ),
    ("get", _BOT): Operation(scope=Scope.READ, owned=True),
    ("patch", _BOT): Operation(scope=Scope.BOTS, body=lambda _: {"name": "N"}, owned=True),
    ("delete", _BOT): Operation(
        scope=Scope.BOTS, status=204, owned=True, bot_wanted=Wanted.STOPPED
    ),
    ("post", f"{_BOT}/start"): Operation(
        scope=Scope.BOTS,
        body=lambda _: {},
        status=202,
        owned=True,
        bot_wanted=Wanted.STOPPED,
    ),
    ("post", f"{_BOT}/stop"): Operation(
        scope=Scope.BOTS, body=lambda _: {}, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("post", f"{_BOT}/pause"): Operation(
        scope=Scope.BOTS, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("post", f"{_BOT}/resume"): Operation(
        scope=Scope.BOTS, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("post", f"{_BOT}/update"): Operation(
        scope=Scope.BOTS, body=lambda _: {"version": 1}, status=202, owned=True
    ),
    **{
        ("post", f"{_BOT}/{verb}"): Operation(
            scope=Scope.BOTS, body=lambda _: {"pair": "BTC/USDT"}, owned=True
        )
        for verb in ("blacklist", "allow")
    },
    ("post", f"{_BOT}/backtest"): Operation(
        scope=Scope.BACKTESTS, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("get", f"{_BOT}/comparison"): Operation(scope=Scope.READ, query={"runId": "r1"}, owned=True),
    ("post", f"{_BOT}/force-exit"): Operation(
        scope=Scope.BOTS, body=lambda _: {}, headers=IDEMPOTENT, status=202, owned=True
    ),
    ("post", f"{_BOT}/force-entry"): Operation(
        scope=Scope.BOTS,
        body=lambda _: {"pair": "BTC/USDT"},
        headers=IDEMPOTENT,
        status=202,
        owned=True,
    ),
    ("post", f"{_BOT}/signal-token"): Operation(
        scope=SESSION_ONLY, body=lambda _: {}, status=201, owned=True
    ),
    ("delete", f"{_BOT}/signal-token"): Operation(scope=SESSION_ONLY, owned=True),
    ("post", "/api/v1/bots/signals"): Operation(
        scope=None,
        body=lambda _: {"token": SIGNAL_TOKEN, "pair": "BTCUSDT", "at": START.isoformat()},
        status=202,
        public=True,
    ),
    ("get", f"{_BOT}/commands"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_BOT}/orders"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_BOT}/trades"): Operation(scope=Scope.READ, owned=True),
    ("get", f"{_BOT}/events"): Operation(scope=Scope.READ, owned=True),
    ("get", "/api/v1/exchange-keys"): Operation(scope=Scope.READ),
    ("post", "/api/v1/exchange-keys"): Operation(
        scope=SESSION_ONLY,
        body=lambda _: {"name": "Main", "venue": "binance", **CREDENTIALS},
        status=201,
    ),
    ("get", _KEY): Operation(scope=Scope.READ, owned=True),
    ("put", f"{_KEY}/limits"): Operation(
        scope=SESSION_ONLY, body=lambda _: {"maxOpenStake": "100"}, owned=True
    ),
    ("post", f"{_KEY}/rotate"): Operation(
        scope=SESSION_ONLY, body=lambda _: dict(CREDENTIALS), owned=True
    ),
    ("delete", _KEY): Operation(scope=SESSION_ONLY, status=204, owned=True),
    **MARKETPLACE,
}


def call(
    world: World, key: Key, operation: Operation, credential: Callable[[World], str] | None
) -> TestResponse:
    """Call an operation on Alice's objects, which are there before the credential is taken."""
    method, path = key
    names = _arrange(world, operation)
    headers = {} if credential is None else bearer(credential(world))
    client = world.api()
    client.set_cookie(COOKIE, world.sealed_sign_in(), path=PREFIX)
    return client.open(
        path.format(**names),
        method=method.upper(),
        json=None if operation.body is None else operation.body(names["strategy_id"]),
        query_string={
            name: value.format(**names) for name, value in (operation.query or {}).items()
        },
        headers=headers | (operation.headers or {}),
    )


def _arrange(world: World, operation: Operation) -> dict[str, Any]:
    """Give Alice one of everything; return the path parameters and her strategy's id."""
    strategy_id = a_strategy(world)
    world.api_token(Scope.READ)
    run = world.put_run(a_run(operation.run_state))
    for name in ("summary", "trades", "equity", "certificate"):
        world.results.stored[f"{run.owner}/{run.id}/1/{name}.json"] = (
            b'{"trades": [], "days": {"balance": []}}'
        )
    made = world.api(world.alice).post(
        f"/api/v1/strategies/{strategy_id}/versions/1/parameter-sets",
        json={"name": "first", "parameters": {}},
    )
    store_indicators(world.results, f"{run.owner}/{run.id}/1", run.spec)
    verified(world, strategy_id)
    key_id = a_key(world)
    bot = a_bot() if operation.bot_wanted is Wanted.STOPPED else a_running_bot()
    reference = replace(bot.strategy, id=StrategyId(strategy_id))
    trading, limits = a_trading(pairs=("BTC/USDT",)), RiskLimits(pairs=("BTC/USDT",))
    changed = replace(bot, strategy=reference, trading=trading, limits=limits)
    world.bots.put(replace(changed, signal_secret_hash=hash_secret(SIGNAL_SECRET)))
    world.bots.traded(bot, a_closed_trade())
    (token,) = world.tokens.list(run.owner)
    share = a_share(run.owner, run.id)
    world.shares.add(share, lambda _: None)
    put_listings(world, operation, StrategyId(strategy_id))
    return {
        "strategy_id": strategy_id,
        "listing_id": "l1",
        **put_invitations(world),
        "handle": "first-author",
        "case_id": "case",
        "review_id": "r-bob",
        "run_id": run.id,
        "set_id": made.get_json()["id"],
        "token_id": token.id,
        "token": share.token,
        "bot_id": bot.id,
        "key_id": key_id,
        "exchange": "simulated",
        "conversation_id": world.assistant_service().create(run.owner, StrategyId(strategy_id)).id,
        **dict.fromkeys(("number", "older", "newer"), 1),
    }
