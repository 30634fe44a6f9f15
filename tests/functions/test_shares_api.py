"""/api/v1/backtests/{id}/shares, and what visitors of a link see."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from candlewick.backtests.models import RunState
from candlewick.shares.models import MAX_LINKS_PER_RESULT
from tests.factories import ALICE, a_run
from tests.fakes import START
from tests.functions.answers import ok, problem
from tests.world import ORIGIN, World

SHARES = "/api/v1/backtests/r1/shares"
SUMMARY = {
    "period": {"days": 30},
    "verified": {
        "tables": {
            "pairs": [
                {
                    "key": "BTC/USDT",
                    "figures": {"total_trades": 12, "profit_total": -0.02, "winrate": 0.5},
                }
            ]
        },
    },
    "notRecomputed": ["signals"],
    "reported": {"settings": {"secret_setting": "do-not-show"}},
}
EQUITY = {
    "start": 1_735_689_600_000, "step": 300_000, "balance": [1000.0, 990.0, 1100.0], "positions": [0, 1, 0],
    "market": [1.0, 1.0, 1.0], "buyAndHold": [1000.0, 1010.0, 1031.0],
}  # fmt: skip
CERTIFICATE = {"pairs": [{"candles": 8_640, "missing": 3}], "profit": {"affectedTrades": 0}}


@pytest.fixture
def shared(world: World) -> World:
    world.put_run(a_run(RunState.SUCCEEDED, notes="private-note"))
    for name, content in (("summary", SUMMARY), ("equity", EQUITY), ("certificate", CERTIFICATE)):
        world.results.stored[f"alice/r1/1/{name}.json"] = json.dumps(content).encode()
    return world


def share(world: World, **body: Any) -> dict[str, Any]:
    return dict(ok(world.api(world.alice).post(SHARES, json=body), 201))


def visit(world: World, path: str, **headers: str) -> TestResponse:
    return world.api(None).get(path, headers=headers)


def test_anybody_who_has_the_link_sees_the_result(shared: World) -> None:
    link = share(shared, title="My <b>best</b> run")

    page = visit(shared, link["path"])

    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "My &lt;b&gt;best&lt;/b&gt; run" in text
    assert "BTC/USDT" in text
    assert "8,640 candles, 3 missing; no trade rests on bad data." in text
    assert "Not recomputed: signals." in text
    assert "promises nothing" in text


def test_the_page_says_where_funding_was_taken_as_nothing(shared: World) -> None:
    of_trades = {"amount": -2.5, "estimate": 0.25, "unknown": 0}
    funding = {"uncounted": 5, "ofTrades": of_trades}
    pairs = [{"candles": 8_640, "missing": 3, "funding": funding}]
    certificate = {**CERTIFICATE, "pairs": pairs}
    shared.results.stored["alice/r1/1/certificate.json"] = json.dumps(certificate).encode()

    text = visit(shared, share(shared)["path"]).get_data(as_text=True)

    assert (
        "8,640 candles, 3 missing; funding missing 5 times and taken as 0, trades lack \u22122.5000 USDT, "
        "about +0.2500 USDT (below zero is what they would have paid); no trade"
    ) in text


def test_the_page_holds_no_code_no_parameters_no_notes_and_not_the_owner(shared: World) -> None:
    text = visit(shared, share(shared)["path"]).get_data(as_text=True)

    assert not re.search(r"do-not-show|private-note|alice|populate_|r1\b", text)


def test_without_a_losing_trade_the_profit_factor_is_no_zero(shared: World) -> None:
    run = a_run(RunState.SUCCEEDED)
    assert run.result is not None
    headline = {**run.result.headline, "winrate": 1.0, "profit_factor": 0.0}
    shared.put_run(replace(run, result=replace(run.result, headline=headline)))

    text = visit(shared, share(shared)["path"]).get_data(as_text=True)

    assert "no loss" in text
    assert ">0.00<" not in text


def test_no_script_runs_and_only_the_embedded_page_stands_in_frames(shared: World) -> None:
    link = share(shared)

    page, embedded = visit(shared, link["path"]), visit(shared, link["embedPath"])

    assert "<script" not in page.get_data(as_text=True) + embedded.get_data(as_text=True)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert embedded.headers["Content-Security-Policy"].endswith("frame-ancestors *")


def test_other_sites_find_a_picture_of_the_result(shared: World) -> None:
    link = share(
        shared, title="A very long title that no picture has the room to show in one line at all"
    )
    host = ORIGIN.partition("://")[2]

    text = visit(shared, link["path"], **{"X-Forwarded-Host": host}).get_data(as_text=True)
    picture = visit(shared, link["picturePath"])

    assert f'property="og:image" content="{ORIGIN}{link["picturePath"]}"' in text
    assert picture.content_type == "image/png"
    drawn = Image.open(BytesIO(picture.data))
    assert drawn.size == (1_200, 630)
    assert len(drawn.convert("RGB").getcolors(2**24) or ()) > 50


def test_a_host_that_is_not_ours_gets_into_no_address(shared: World) -> None:
    text = visit(shared, share(shared)["embedPath"], **{"X-Forwarded-Host": "evil.example"})

    assert "evil.example" not in text.get_data(as_text=True)


def test_a_revoked_link_is_gone_and_nobody_keeps_its_page_for_longer_than_a_minute(
    shared: World,
) -> None:
    link = share(shared)
    kept = visit(shared, link["path"]).headers["Cache-Control"]

    ok(shared.api(shared.alice).delete(f"{SHARES}/{link['token']}"), 204)

    for path in (link["path"], link["embedPath"], link["picturePath"]):
        over = visit(shared, path)
        assert over.status_code == 410
        assert "This link is over" in over.get_data(as_text=True)
        assert over.headers["Cache-Control"] == "no-store"
    assert int(kept.rpartition("=")[2]) <= 60
    (listed,) = ok(shared.api(shared.alice).get(SHARES))["items"]
    assert (listed["isOpen"], listed["revokedAt"] is not None) == (False, True)


def test_a_link_ends_when_it_was_to_end(shared: World) -> None:
    ends = START + timedelta(hours=1)
    link = share(shared, expiresAt=ends.isoformat())
    before = visit(shared, link["path"]).status_code

    shared.clock.move(hours=1)

    assert (before, visit(shared, link["path"]).status_code) == (200, 410)


def test_a_link_that_has_ended_already_is_refused(shared: World) -> None:
    past = (START - timedelta(minutes=1)).isoformat()

    refused = problem(
        shared.api(shared.alice).post(SHARES, json={"expiresAt": past}), 422, "invalid"
    )

    assert refused["errors"][0]["field"] == "expiresAt"


def test_with_the_result_its_links_are_gone(shared: World) -> None:
    link = share(shared)

    ok(shared.api(shared.alice).delete("/api/v1/backtests/r1"), 204)

    assert visit(shared, link["path"]).status_code == 410


def test_what_a_suspended_account_shared_is_not_shown(shared: World) -> None:
    link = share(shared)
    shared.clock.move(minutes=1)
    shared.accounts.suspended[ALICE] = START

    assert visit(shared, link["path"]).status_code == 410


@pytest.mark.parametrize(
    "path", ["/s/unknown", "/s/__proto__", "/s/a%00b", "/s/" + "x" * 300, "/s/%2e%2e/embed"]
)
def test_what_is_no_link_leads_nowhere(shared: World, path: str) -> None:
    answer = visit(shared, path)

    assert answer.status_code == 404
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_result_has_so_many_links_and_a_revoked_one_makes_room(shared: World) -> None:
    links = [share(shared) for _ in range(MAX_LINKS_PER_RESULT)]

    problem(shared.api(shared.alice).post(SHARES, json={}), 429, "quota_exceeded")
    ok(shared.api(shared.alice).delete(f"{SHARES}/{links[0]['token']}"), 204)

    share(shared)


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.FAILED])
def test_only_a_verified_result_is_shared(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    problem(world.api(world.alice).post(SHARES, json={}), 409, "conflict")


def test_the_style_is_kept_by_browsers(shared: World) -> None:
    style = visit(shared, "/s/page.css")

    assert style.content_type.startswith("text/css")
    assert "light-dark(" in style.get_data(as_text=True)
