"""What a user changes of a bot while it runs: limits, blacklist, alerts, name. Each change is told and recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.bots.models import Bot, BotId, Trading
from candlewick.bots.ports import BotStore
from candlewick.bots.requests import CommandRequest, CommandSender
from candlewick.bots.wire import EventKind, RiskLimits, Verb
from candlewick.errors import Invalid
from candlewick.log import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be changed while a bot runs. None: stays as it is."""

    limits: RiskLimits | None = None
    blacklist: tuple[str, ...] | None = None
    alerts: frozenset[EventKind] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsDesk:
    """A running bot takes limits and blacklist over within seconds, and says so by its commands."""

    bots: BotStore
    commands: CommandSender
    now: Callable[[], datetime]

    def change(self, owner: UserId, bot_id: BotId, wanted: Settings, *, by: str) -> Bot:
        """Change what `wanted` names; the same again changes nothing."""
        return self._change(owner, bot_id, lambda found: _with(found, wanted), by)

    def ban(self, owner: UserId, bot_id: BotId, pair: str, *, by: str) -> Bot:
        """Enter no more trades of a pair; an open one is managed."""

        def add(found: Bot) -> Bot:
            banned = [each for each in found.blacklist if each != pair]
            return _with(found, Settings(blacklist=(*banned, pair)))

        return self._change(owner, bot_id, add, by)

    def allow(self, owner: UserId, bot_id: BotId, pair: str, *, by: str) -> Bot:
        """Take a pair off the blacklist."""

        def remove(found: Bot) -> Bot:
            if pair not in found.blacklist:
                _require_pairs((pair,), found, "The bot does not trade")
            banned = tuple(each for each in found.blacklist if each != pair)
            return replace(found, blacklist=banned)

        return self._change(owner, bot_id, remove, by)

    def _change(self, owner: UserId, bot_id: BotId, wanted: Callable[[Bot], Bot], by: str) -> Bot:
        now, seen = self.now(), list[Bot]()

        def decide(found: Bot) -> Bot:
            changed = wanted(found)
            is_new = any(_told(found, changed))
            # A transaction may be tried again: only what it saw last was changed.
            seen[:] = [found]
            return replace(
                changed, settings_revision=found.settings_revision + is_new, updated_at=now
            )

        changed = self.bots.change(owner, bot_id, decide)
        if changed is None:
            raise AssertionError("a change of settings is never declined")
        for verb, pair in _told(seen[-1], changed):
            key = f"settings:{changed.settings_revision}:{verb}:{pair}"
            self.commands.tell(changed, CommandRequest(verb=verb, key=key, by=by, pair=pair))
            facts = {"bot_id": bot_id, "mode": changed.mode, "change": verb.value}
            log.info("bot changed", extra={**facts, "user_class": changed.user_class})
        return changed


def _with(found: Bot, wanted: Settings) -> Bot:
    limits = found.limits if wanted.limits is None else wanted.limits
    blacklist = found.blacklist if wanted.blacklist is None else wanted.blacklist
    require_limited_pairs(limits, found.trading)
    _require_pairs(blacklist, found, "The blacklist would name")
    return replace(
        found,
        limits=limits,
        blacklist=blacklist,
        alerts=found.alerts if wanted.alerts is None else wanted.alerts,
        name=wanted.name or found.name,
    )


def _told(before: Bot, after: Bot) -> Iterator[tuple[Verb, str]]:
    """Yield what a bot has to take over, each with its pair."""
    if after.limits != before.limits:
        yield Verb.LIMITS, ""
    for pair in sorted(set(after.blacklist) - set(before.blacklist)):
        yield Verb.BLACKLIST, pair
    for pair in sorted(set(before.blacklist) - set(after.blacklist)):
        yield Verb.ALLOW, pair


def require_limited_pairs(limits: RiskLimits, trading: Trading) -> None:
    """Raise `Invalid` when limits allow a pair that the bot does not trade."""
    foreign = sorted(set(limits.pairs) - set(trading.pairs))
    if foreign:
        raise Invalid(f"The limits allow {', '.join(foreign)}, which this bot does not trade.")


def _require_pairs(pairs: tuple[str, ...], bot: Bot, what: str) -> None:
    foreign = sorted(set(pairs) - {*bot.trading.pairs, *bot.blacklist})
    if foreign:
        raise Invalid(f"{what} {', '.join(foreign)}; it trades {', '.join(bot.trading.pairs)}.")
