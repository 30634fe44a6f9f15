"""A bot with real money on the simulated exchange, as a real process tree."""

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from candlewick.bots.wire import BotPhase, Command, EventKind, Mode, RiskLimits, Side, Verb, Wanted
from tests.services.live_bot.checks import duplicates, orphans, positions_differ
from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import (
    PAIRS,
    Bot,
    database_orders,
    eventually,
    exchange_orders,
    journal_orders,
)

pytestmark = pytest.mark.timeout(300)


def command(verb: Verb, **more: Any) -> Command:
    now = datetime.now(UTC)
    return Command(
        id=f"c-{verb.value.replace('_', '-')}",
        verb=verb,
        at=now,
        expires_at=now + timedelta(hours=1),
        **more,
    )


def steps(bot: Bot, count: int) -> None:
    for _ in range(count):
        assert bot.step(), bot.log[-6_000:]


def step_until(bot: Bot, check: Any, most: int = 40) -> None:
    for _ in range(most):
        if check():
            return
        assert bot.step(), bot.log[-6_000:]
    raise AssertionError("it did not come about")


def test_database_journal_and_exchange_agree_to_the_last_unit(new_bot: NewBot) -> None:
    bot = new_bot()
    bot.start()
    bot.until_ready()

    steps(bot, 75)
    assert bot.terminate() == 0, bot.log[-6_000:]

    theirs = exchange_orders(bot.exchange.books())
    assert len(theirs) >= 4, bot.log[-6_000:]
    assert journal_orders(bot.control) == theirs
    assert database_orders(bot.control, bot.folder) == theirs
    assert positions_differ(bot) == []
    kinds = {event.kind for renewal in bot.control.renewals for event in renewal.events}
    assert {EventKind.STARTED, EventKind.ENTRY, EventKind.EXIT, EventKind.STOPPED} <= kinds
    assert [release.reason for release in bot.control.releases] == ["told to stop"]
    assert {entry.intent.tag for entry in bot.control.journal()} == {"cycle", "held"}


@pytest.mark.bots
def test_a_cut_at_any_request_of_the_whole_bot_loses_and_doubles_nothing(new_bot: NewBot) -> None:
    bot = new_bot(cycle(stop_on_exchange=True))
    bot.start()
    bot.until_ready()

    requests = [("POST", "order"), ("DELETE", "order"), ("GET", "order"), ("GET", "account")]
    requests += [("GET", "myTrades"), ("GET", "klines"), ("GET", "depth"), ("GET", "ticker/*")]
    for method, path in requests:
        for fault in ("cut_before", "cut_after"):
            bot.exchange.faults(
                {"fault": fault, "method": method, "path": f"/api/v3/{path}", "count": 1}
            )
            steps(bot, 6)
    bot.exchange.faults()
    steps(bot, 6)
    assert bot.terminate() == 0

    assert duplicates(bot) == []
    assert orphans(bot) == [], bot.log[-6_000:]
    assert positions_differ(bot) == []


@pytest.mark.bots
def test_a_cut_at_any_call_of_the_function_loses_and_doubles_nothing(new_bot: NewBot) -> None:
    bot = new_bot(cycle(stop_on_exchange=True))
    bot.start()
    bot.until_ready()

    for path in ("/intents", "/answers", "/state", "/renew"):
        for when in ("before", "after"):
            bot.control.cuts[path] = when
            eventually(lambda: bot.step() and not bot.control.cuts, within=120, why=path)
            steps(bot, 6)
    assert bot.terminate() == 0

    assert bot.control.epoch == 1
    assert duplicates(bot) == []
    assert orphans(bot) == [], bot.log[-6_000:]
    assert positions_differ(bot) == []


@pytest.mark.bots
def test_told_to_stop_while_an_order_is_under_way_it_ends_in_time_with_equal_books(
    new_bot: NewBot,
) -> None:
    bot = new_bot()
    bot.start()
    bot.until_ready()
    bot.exchange.faults(
        {"fault": "slow_after", "method": "POST", "path": "/api/v3/order", "seconds": 2, "count": 1}
    )
    while not bot.control.intents:
        bot.exchange.advance(60_000)
        time.sleep(0.5)

    began = time.monotonic()
    code = bot.terminate()
    took = time.monotonic() - began

    assert code == 0
    assert took < 8, took
    assert bot.control.released
    assert len(journal_orders(bot.control)) >= 1
    assert orphans(bot) == [], bot.log[-6_000:]


@pytest.mark.bots
def test_fenced_off_it_ends_by_itself_and_changes_nothing_more(new_bot: NewBot) -> None:
    bot = new_bot()
    bot.start()
    bot.until_ready()
    steps(bot, 3)

    bot.control.free_lease()
    bot.control.holder = "another"
    states, answers = len(bot.control.states), dict(bot.control.answers)
    sent = len(bot.exchange.books()["orders"])
    for _ in range(20):
        bot.exchange.advance(60_000)
    eventually(bot.is_dead, within=60)

    assert bot.process is not None
    assert bot.process.returncode == 0
    assert (len(bot.control.states), bot.control.answers) == (states, answers)
    assert len(bot.exchange.books()["orders"]) == sent
    assert bot.control.releases == []


@pytest.mark.bots
def test_a_second_container_waits_until_the_first_gives_way(new_bot: NewBot) -> None:
    first = new_bot()
    first.start()
    first.until_ready()
    second = Bot(control=first.control, exchange=first.exchange, folder=first.folder)
    second.start()
    try:
        eventually(lambda: second.log.count("no lease yet") >= 2)
        assert second.progress() == {"ready": False, "gateOpen": False}

        assert first.terminate() == 0
        second.until_ready()

        assert second.control.epoch == 2
    finally:
        second.kill()


@pytest.mark.bots
def test_a_blacklisted_pair_is_entered_again_only_when_it_was_taken_back(new_bot: NewBot) -> None:
    bot = new_bot(cycle(kind="market", period=2, hold=1))
    bot.start()
    bot.until_ready()
    step_until(bot, lambda: len(bot.control.answers) >= 1)

    def obeyed(verb: Verb, **more: Any) -> None:
        told = command(verb, **more)
        bot.control.commands[told.id] = told
        # Renewals bring commands, and come by the machine's clock.
        eventually(
            lambda: bot.step() and told.id in {each.command_id for each in bot.control.outcomes},
            within=60,
        )
        assert bot.control.outcomes[-1].done, bot.control.outcomes[-1]

    bot.control.blacklist = tuple(PAIRS)
    obeyed(Verb.BLACKLIST, pair=PAIRS[0])
    before = len(entries(bot))
    steps(bot, 10)
    banned = len(entries(bot))
    bot.control.blacklist = ()
    obeyed(Verb.ALLOW, pair=PAIRS[0])
    obeyed(Verb.LIMITS)
    step_until(bot, lambda: len(entries(bot)) > banned)

    assert banned == before


def entries(bot: Bot) -> list[str]:
    return [
        entry.intent.client_order_id
        for entry in bot.control.journal()
        if entry.intent.side is Side.BUY
    ]


@pytest.mark.bots
def test_the_user_pauses_forces_an_exit_and_stops(new_bot: NewBot) -> None:
    bot = new_bot(cycle(kind="market", period=6, hold=5))
    bot.start()
    bot.until_ready()
    step_until(bot, lambda: len(bot.control.answers) >= 1)

    bot.control.wanted = Wanted.PAUSED
    exit_all = command(Verb.FORCE_EXIT)
    bot.control.commands[exit_all.id] = exit_all
    eventually(lambda: bot.step() and bot.control.outcomes, within=60)
    (outcome,) = bot.control.outcomes
    entries = [e for e in bot.control.journal() if e.intent.side is Side.BUY]
    steps(bot, 40)

    assert outcome.done, outcome
    tags = [e.intent.tag for e in bot.control.journal() if e.intent.side is Side.SELL]
    assert "force_exit" in tags
    assert [e for e in bot.control.journal() if e.intent.side is Side.BUY] == entries
    eventually(lambda: bot.control.last and bot.control.last.figures.phase is BotPhase.PAUSED)
    assert bot.terminate() == 0
    assert orphans(bot) == []


@pytest.mark.bots
def test_stopped_by_the_user_it_sells_releases_and_waits_for_the_next_start(
    new_bot: NewBot,
) -> None:
    bot = new_bot(cycle(kind="market", period=12, hold=11))
    bot.start()
    bot.until_ready()
    step_until(bot, lambda: bot.control.answers, most=70)

    stop = command(Verb.STOP_AND_CLOSE)
    bot.control.commands[stop.id] = stop
    bot.control.wanted = Wanted.STOPPED
    eventually(lambda: bot.control.releases, within=60)
    (outcome,) = bot.control.outcomes
    bot.control.wanted = Wanted.RUNNING
    bot.until_ready()
    assert bot.terminate() == 0

    assert outcome.done, outcome
    assert bot.control.epoch >= 2
    journal = bot.control.journal()
    assert [e.intent.purpose.value for e in journal][-1] == "close_all"
    assert orphans(bot) == [], bot.log[-6_000:]
    assert positions_differ(bot) == []


@pytest.mark.bots
def test_at_a_limit_of_loss_entries_stop_and_all_is_sold(new_bot: NewBot) -> None:
    # Fees alone reach a limit as small as this.
    limits = RiskLimits(pairs=PAIRS, max_daily_loss=Decimal("0.05"), close_all=True)
    bot = new_bot(cycle(kind="market", period=12, hold=11), limits=limits)
    bot.start()
    bot.until_ready()

    def told() -> bool:
        events = [event for renewal in bot.control.renewals for event in renewal.events]
        return any(event.kind is EventKind.LIMIT_REACHED for event in events)

    step_until(bot, lambda: bot.control.answers)
    eventually(lambda: bot.step() and told(), within=60, why="nobody was told")
    steps(bot, 2)
    entries = len([e for e in bot.control.journal() if e.intent.side is Side.BUY])
    steps(bot, 62)

    assert bot.terminate() == 0
    journal = bot.control.journal()
    assert len([e for e in journal if e.intent.side is Side.BUY]) == entries
    assert {e.intent.purpose.value for e in journal} == {"entry", "close_all"}
    assert orphans(bot) == [], bot.log[-6_000:]
    assert positions_differ(bot) == []


@pytest.mark.parametrize("mode", [pytest.param(Mode.PAPER, marks=pytest.mark.bots), Mode.SIGNALS])
def test_without_real_money_no_order_leaves_and_no_key_is_asked_for(
    mode: Mode, new_bot: NewBot
) -> None:
    bot = new_bot(mode=mode, dry_run_wallet=1_000)
    bot.start()
    bot.until_ready()

    steps(bot, 40)
    assert bot.terminate() == 0

    events = {event.kind for renewal in bot.control.renewals for event in renewal.events}
    expected = {EventKind.SIGNAL} if mode is Mode.SIGNALS else {EventKind.ENTRY, EventKind.EXIT}
    assert events == {EventKind.STARTED, EventKind.STOPPED, *expected}
    assert bot.exchange.books()["orders"] == []
    assert (bot.control.intents, bot.control.key_releases) == ({}, 0)
    assert bot.control.last is not None
    assert bot.control.last.figures.decisions


@pytest.mark.parametrize(
    ("limits", "because", "traded"),
    [
        pytest.param(
            {"max_open_stake": Decimal(150)}, "open stake", {"BTC/USDT"}, marks=pytest.mark.bots
        ),
        ({"pairs": ("ETH/USDT",)}, "allowed pairs", {"ETH/USDT"}),
    ],
)
def test_paper_money_is_held_to_the_limits_and_the_user_told_why(
    limits: dict[str, Any], because: str, traded: set[str], new_bot: NewBot
) -> None:
    held = RiskLimits(**{"pairs": PAIRS, **limits})
    bot = new_bot(cycle(kind="market"), mode=Mode.PAPER, dry_run_wallet=1_000, limits=held)
    bot.start()
    bot.until_ready()

    steps(bot, 35)

    assert bot.terminate() == 0
    assert bot.control.last is not None
    assert because in bot.control.last.figures.log_tail
    events = [event for renewal in bot.control.renewals for event in renewal.events]
    entries = {event.pair for event in events if event.kind is EventKind.ENTRY}
    assert entries == traded


@pytest.mark.bots
def test_at_a_limit_of_loss_paper_trades_are_closed_and_no_more_are_made(new_bot: NewBot) -> None:
    limits = RiskLimits(pairs=PAIRS, max_daily_loss=Decimal("0.02"), close_all=True)
    bot = new_bot(
        cycle(kind="market", period=12, hold=11),
        mode=Mode.PAPER,
        dry_run_wallet=1_000,
        limits=limits,
    )
    bot.start()
    bot.until_ready()

    def closed() -> bool:
        trades = [t for renewal in bot.control.renewals for t in renewal.figures.closed_trades]
        return any(trade.exit_reason == "force_exit" for trade in trades)

    eventually(lambda: bot.step() and closed(), within=120, why="nothing was closed")
    eventually(lambda: bot.control.last and bot.control.last.figures.phase is BotPhase.HELD)
    steps(bot, 62)

    assert bot.terminate() == 0
    events = [event for renewal in bot.control.renewals for event in renewal.events]
    entries = [event for event in events if event.kind is EventKind.ENTRY]
    assert EventKind.LIMIT_REACHED in {event.kind for event in events}
    assert 1 <= len(entries) <= 2
    assert bot.control.outcomes == []


@pytest.mark.bots
def test_a_damaged_state_is_not_traded_on(new_bot: NewBot) -> None:
    bot = new_bot()
    bot.control.states.append(b"\x50\x2a\x4d\x18\x02\x00\x00\x00{}not zstandard")
    bot.start()
    eventually(bot.is_dead, within=60)

    assert bot.process is not None
    assert bot.process.returncode == 1
    assert "damaged" in json.dumps([r.reason for r in bot.control.releases])
    assert bot.exchange.books()["orders"] == []
