"""Makes a bot's plan: Freqtrade's configuration and signed URLs of what its container fetches."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from candlewick.backtests.ports import Catalogue
from candlewick.backtests.wire import InputFile
from candlewick.bots.models import Bot
from candlewick.bots.venues import Venues
from candlewick.bots.wire import Mode, Plan
from candlewick.errors import Conflict, NotFound
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.strategies.models import code_object

_VALID_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffice:
    venues: Venues
    catalogue: Catalogue
    candles: ObjectStore
    codes: ObjectStore

    def plan(self, bot: Bot) -> Plan:
        """Sign everything anew: each grant of a lease gets URLs that are valid for a while."""
        venue = self.venues.venue(bot.trading.venue)
        return Plan(
            bot_id=bot.id,
            name=bot.name,
            mode=bot.mode,
            venue=venue,
            class_name=bot.strategy.class_name,
            config=live_config(bot, venue.exchange),
            files=(*self._strategy_files(bot), *self._markets(bot)),
            limits=bot.limits,
            has_key=bot.key_id is not None,
        )

    def _strategy_files(self, bot: Bot) -> list[InputFile]:
        strategy = bot.strategy
        name = code_object(bot.owner, strategy.code_hash)
        code = InputFile(
            path=f"strategies/{strategy.class_name}.py",
            url=self.codes.sign_get(name, valid_for=_VALID_FOR),
            sha256=strategy.code_hash,
            size_bytes=len(self.codes.read(name)),
        )
        return [code] if strategy.parameters is None else [code, self._parameters(bot)]

    def _parameters(self, bot: Bot) -> InputFile:
        """Freqtrade reads parameters from a file named like the strategy's."""
        strategy = bot.strategy
        content = {
            "strategy_name": strategy.class_name,
            "params": strategy.parameters,
            "ft_stratparam_v": 1,
        }
        data = json.dumps(content, sort_keys=True).encode()
        sha256 = sha256_hex(data)
        name = f"{bot.owner}/parameters/{sha256}.json"
        # A conflict is no harm: the object is named by its content, so what is there is the same.
        with suppress(Conflict):
            self.codes.create(name, data, content_type="application/json")
        return InputFile(
            path=f"strategies/{strategy.class_name}.json",
            url=self.codes.sign_get(name, valid_for=_VALID_FOR),
            sha256=sha256,
            size_bytes=len(data),
        )

    def _markets(self, bot: Bot) -> list[InputFile]:
        exchange = self.venues.entry(bot.trading.venue).candles
        if exchange is None:
            return []
        try:
            markets = self.catalogue.current(exchange).manifest.markets
        except NotFound:
            return []
        url = self.candles.sign_get(markets.object_name, valid_for=_VALID_FOR)
        return [
            InputFile(
                path="markets.json", url=url, sha256=markets.sha256, size_bytes=markets.size_bytes
            )
        ]


def live_config(bot: Bot, exchange: str) -> dict[str, JsonValue]:
    """Return Freqtrade's configuration without paths, keys and addresses, which are the container's business.

    Numbers become floats because Freqtrade's schema knows no other.
    """
    trading = bot.trading
    return {
        "bot_name": bot.name,
        "strategy": bot.strategy.class_name,
        "dry_run": bot.mode in {Mode.PAPER, Mode.SIGNALS},
        "dry_run_wallet": float(trading.wallet),
        "trading_mode": "spot",
        "margin_mode": "",
        "stake_currency": trading.stake_currency,
        "stake_amount": "unlimited" if trading.stake is None else float(trading.stake),
        "tradable_balance_ratio": 0.99,
        "max_open_trades": trading.max_open_trades,
        "timeframe": trading.timeframe,
        "exchange": {
            "name": exchange,
            "pair_whitelist": list(trading.pairs),
            "pair_blacklist": list(bot.blacklist),
        },
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
        "unfilledtimeout": {"entry": 10, "exit": 10, "exit_timeout_count": 0, "unit": "minutes"},
        "cancel_open_orders_on_exit": False,
        "initial_state": "running",
    }
