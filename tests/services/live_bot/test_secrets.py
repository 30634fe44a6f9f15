"""A strategy that looks for the exchange key, and for a way to take the money away."""

import json
import os
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.strategies import spy
from tests.services.live_bot.world import eventually

_REFUSED = {
    ("POST", "/venue/sapi/v1/capital/withdraw/apply?coin=USDT&address=x&amount=1"),
    ("POST", "/venue/sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=1"),
    ("GET", "/venue/sapi/v1/account/apiRestrictions"),
    ("POST", "/venue/sapi/v1/sub-account/universalTransfer"),
    ("POST", "/venue/api/v3/order/cancelReplace"),
    ("DELETE", "/venue/api/v3/openOrders?symbol=BTCUSDT"),
    ("POST", "/venue/api/v3/orderList/oco"),
    ("POST", "/venue/api/v3/userDataStream"),
    ("GET", "/venue/emulator/accounts"),
    ("GET", "/venue//emulator/accounts"),
    ("GET", "/venue/api/v3/../../emulator/accounts"),
    ("GET", "/venue/api/v3/%2e%2e/%2e%2e/emulator/accounts"),
    ("GET", "/venue/http://127.0.0.1/emulator/accounts"),
    ("GET", "/key"),
    ("POST", "/key"),
    ("POST", "/bot/key"),
}
_ALLOWED = {
    ("GET", "/venue/api/v3/ping"),
    ("GET", "/venue/api/v3/account"),
    ("GET", "/bot/start"),
    ("GET", "/bot/state"),
}


def verdict_of(text: str) -> dict[str, Any] | None:
    found = re.search(r"VERDICT(.*?)END", text, re.DOTALL)
    if found is None:
        return None
    verdict: dict[str, Any] = json.loads(found[1].replace("\n", ""))
    return verdict


@pytest.mark.bots
@pytest.mark.timeout(300)
@pytest.mark.parametrize("isolation", ["unshare", "bubblewrap"])
def test_a_strategy_finds_no_key_and_no_way_out(isolation: str, new_bot: NewBot) -> None:
    bot = new_bot("pass", class_name="Spy")
    assert bot.exchange.key is not None
    secrets = [bot.exchange.key.secret, bot.exchange.key.api_key, "test-bot-token"]
    addresses = [
        ("127.0.0.1", urlsplit(bot.exchange.url).port or 0),
        ("127.0.0.1", urlsplit(bot.control.url).port or 0),
        ("169.254.169.254", 80),
    ]
    source = spy(
        [sha256(secret.encode()).hexdigest() for secret in secrets],
        sorted(_REFUSED | _ALLOWED),
        addresses,
    )
    bot.replace_strategy(source)
    bot.isolation = isolation
    bot.start()
    bot.until_ready()
    verdict = eventually(
        lambda: verdict_of(bot.control.last.figures.log_tail if bot.control.last else ""),
        within=180,
        why="the strategy says nothing",
    )
    code = bot.terminate()

    assert code == 0
    assert verdict["read"] > 1_000
    assert verdict["there"] == ["/input/strategies/Spy.py"]
    assert verdict["found"] == []
    assert {f"{method} {path}" for method, path in _ALLOWED} == {
        door for door, status in verdict["doors"].items() if status < 300
    }
    assert "REACHED" not in verdict["ways"]
    assert verdict["uid"] != os.getuid()
    told = bot.log + "".join(renewal.model_dump_json() for renewal in bot.control.renewals)
    assert [secret for secret in secrets if secret in told] == []
    assert all(secret.encode() not in state for state in bot.control.states for secret in secrets)
