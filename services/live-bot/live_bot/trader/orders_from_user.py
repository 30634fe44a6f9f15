"""Commands of the user, done by Freqtrade's own verbs, each at most once."""

import json
import logging
from collections.abc import Callable
from typing import Final

from freqtrade.persistence.key_value_store import KeyValueStore
from freqtrade.rpc import RPC, RPCException

from candlewick.bots.wire import Command, Verb
from live_bot.trader.freqtrader import Freqtrader
from live_bot.trader_words import Done

log = logging.getLogger(__name__)

_KEY: Final = "candlewick_commands"
_REMEMBERED: Final = 200


class Commands:
    """What was begun is remembered in the database first: a command that a crash cut is not repeated."""

    def __init__(self, bot: Freqtrader, save: Callable[[], None]) -> None:
        self._bot = bot
        self._rpc = RPC(bot)
        self._save = save

    def obey(self, command: Command) -> Done:
        """Do a command; what Freqtrade has against it is the message."""
        begun = self._begun()
        if command.id in begun:
            return Done(command_id=command.id, done=True, message="Done before.")
        KeyValueStore.store_value(_KEY, json.dumps([*begun, command.id][-_REMEMBERED:]))
        self._save()
        try:
            return Done(command_id=command.id, done=True, message=self._do(command))
        except RPCException as error:
            return Done(command_id=command.id, done=False, message=str(error.message))
        except Exception as error:
            log.warning("a command failed", exc_info=True)
            return Done(command_id=command.id, done=False, message=str(error)[:1_000])

    def _begun(self) -> list[str]:
        stored = KeyValueStore.get_string_value(_KEY)
        found: list[str] = json.loads(stored) if stored else []
        return found

    def _do(self, command: Command) -> str:
        actions: dict[Verb, Callable[[Command], object]] = {
            Verb.PAUSE: lambda _: self._rpc._rpc_pause(),  # noqa: SLF001 (Freqtrade's verbs are named so)
            Verb.RESUME: lambda _: self._rpc._rpc_start(),  # noqa: SLF001
            Verb.FORCE_EXIT: self._force_exit,
            Verb.FORCE_ENTRY: self._force_entry,
            Verb.BLACKLIST: lambda c: self._has_taken_over(c, is_banned=True),
            Verb.ALLOW: lambda c: self._has_taken_over(c, is_banned=False),
            Verb.CANCEL_ORDERS: self._cancel_orders,
        }
        action = actions.get(command.verb)
        if action is None:
            raise ValueError(f"{command.verb} is not for the trader.")
        return _text(action(command))[:1_000]

    def _force_exit(self, command: Command) -> object:
        which = "all" if command.trade is None else str(command.trade)
        return self._rpc._rpc_force_exit(which)  # noqa: SLF001

    def _force_entry(self, command: Command) -> object:
        trade = self._rpc._rpc_force_entry(command.pair, None)  # noqa: SLF001
        return "" if trade is None else f"Trade {trade.id}."

    def _has_taken_over(self, command: Command, *, is_banned: bool) -> object:
        """The list itself comes with the settings; this only says whether the bot works by it."""
        if (command.pair in self._bot.pairlists.blacklist) is not is_banned:
            raise ValueError("It was changed again since.")
        return ""

    def _cancel_orders(self, command: Command) -> object:
        if command.trade is None:
            self._bot.cancel_all_open_orders()
            return ""
        return self._rpc._rpc_cancel_open_order(command.trade)  # noqa: SLF001


def _text(answer: object) -> str:
    """Return what Freqtrade says to users; its advice names commands of its own, which ours do not have."""
    if isinstance(answer, dict):
        return str(answer.get("result") or "")
    return str(answer or "")
