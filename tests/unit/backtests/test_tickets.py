"""A job's ticket."""

import json
from datetime import timedelta

import pytest

from candlewick.backtests.models import RunState
from candlewick.backtests.tickets import TicketOffice
from candlewick.backtests.wire import Limits, Loop
from candlewick.marketplace.running import ListedVersions
from candlewick.objects import sha256_hex
from tests.factories import (
    CODE,
    a_manifest,
    a_run,
    a_spec,
    a_stored_object,
    a_strategy_ref,
    store_candles,
)
from tests.fakes import START
from tests.world import World


def office(world: World) -> TicketOffice:
    return TicketOffice(
        catalogue=world.catalogue,
        candles=world.candles,
        codes=world.codes,
        results=world.results,
        limits=Limits(),
        listed=ListedVersions(world.marketplace.listings),
    )


def test_a_ticket_names_every_input_with_its_hash_and_size(world: World) -> None:
    run = world.put_run(a_run(RunState.RUNNING))

    ticket = office(world).issue(run, START)

    code = next(file for file in ticket.files if file.path == "strategies/Buyer.py")
    assert (code.sha256, code.size_bytes) == (sha256_hex(CODE.encode()), len(CODE))
    assert "/alice/code/" in code.url
    assert ticket.config["strategy"] == "Buyer"
    assert ticket.expires_at == START + timedelta(minutes=40)


@pytest.mark.parametrize("loop", Loop)
def test_a_ticket_says_which_loop_was_asked_for(world: World, loop: Loop) -> None:
    run = world.put_run(a_run(RunState.RUNNING, spec=a_spec(loop=loop)))

    assert office(world).issue(run, START).loop is loop


def test_a_second_claim_writes_elsewhere(world: World) -> None:
    first = world.put_run(a_run(RunState.RUNNING))
    second = first.requeued("again", START)

    urls = {office(world).issue(run, START).result.url for run in (first, second)}

    assert urls == {f"https://objects.invalid/alice/r1/{epoch}/result.zip" for epoch in (1, 2)}


def test_a_ticket_is_of_the_candles_that_were_there_at_submission(world: World) -> None:
    run = world.put_run(a_run(RunState.RUNNING))
    store_candles(world.candles, a_manifest(note="a later revision", files=[]))

    ticket = office(world).issue(run, START)

    assert "data/BTC_USDT-5m.feather" in {file.path for file in ticket.files}


def test_parameters_become_freqtrades_file_beside_the_code(world: World) -> None:
    strategy = a_strategy_ref(parameters={"buy": {"rsi": 30}})
    run = world.put_run(a_run(RunState.RUNNING, strategy=strategy))

    for _ in range(2):
        ticket = office(world).issue(run, START)

    file = next(file for file in ticket.files if file.path == "strategies/Buyer.json")
    stored = world.codes.stored[f"alice/parameters/{file.sha256}.json"]
    assert sha256_hex(stored) == file.sha256
    assert json.loads(stored) == {
        "strategy_name": "Buyer",
        "params": {"buy": {"rsi": 30}},
        "ft_stratparam_v": 1,
    }


@pytest.mark.parametrize(("rules_of", "told"), [(None, "simulated"), ("binance", "binance")])
def test_freqtrade_is_told_the_exchange_whose_rules_the_candles_follow(
    world: World, rules_of: str | None, told: str
) -> None:
    world.revision = store_candles(world.candles, a_manifest(rules_of=rules_of))
    run = world.put_run(a_run(RunState.RUNNING))

    ticket = office(world).issue(run, START)

    assert ticket.config["exchange"]["name"] == told  # type: ignore[call-overload,index]


def test_futures_bring_their_leverage_tiers(world: World) -> None:
    tiers = a_stored_object("leverage_tiers")
    world.revision = store_candles(world.candles, a_manifest(leverage_tiers=tiers))
    run = world.put_run(a_run(RunState.RUNNING))

    ticket = office(world).issue(run, START)

    assert "leverage_tiers.json" in {file.path for file in ticket.files}
