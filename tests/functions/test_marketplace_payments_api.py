"""Buying: what the provider is asked, what its events change, what the author earned."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import stripe
import time_machine
from werkzeug.test import TestResponse

from candlewick.marketplace.models import Access, Plan, Price
from candlewick.marketplace.payments.models import GRACE
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import JsonObject, ok, problem
from tests.in_memory_books import RecordingProvider
from tests.marketplace_factories import a_listing
from tests.marketplace_world import PAYMENTS_SECRET
from tests.payment_events import (
    Event,
    a_refund,
    a_session,
    an_event,
    an_invoice,
    signature,
    written,
)
from tests.world import World

MARKET = "/api/v1/marketplace"
LISTING = f"{MARKET}/listings/l1"
ONCE = Price(amount=Decimal("19.90"), currency="EUR", plan=Plan.ONCE)
MONTHLY = Price(amount=Decimal("19.90"), currency="EUR", plan=Plan.MONTHLY)


def sold(world: World, price: Price = ONCE, **changes: Any) -> None:
    world.marketplace.put(a_listing(price=price, access=Access.CLOSED, **changes))


def checkout(world: World, credential: str | None = None) -> TestResponse:
    headers = {"Idempotency-Key": "key-00000001"}
    return world.api(credential or world.bob).post(f"{LISTING}/checkout", json={}, headers=headers)


def purchase(world: World) -> str:
    return str(ok(checkout(world))["url"].rpartition("/")[2])


def hear(world: World, event: Event, signed: str | None = None) -> TestResponse:
    headers = {"Stripe-Signature": signature(event, world.clock()) if signed is None else signed}
    return world.api().post(
        f"{MARKET}/payments/events",
        data=written(event),
        content_type="application/json",
        headers=headers,
    )


def heard(world: World, event: Event) -> None:
    response = hear(world, event)
    assert response.status_code == 204, response.text


def rights(world: World) -> set[str]:
    return set(ok(world.api(world.bob).get(LISTING))["rights"])


def earnings(world: World) -> JsonObject:
    return ok(world.api(world.alice).get(f"{MARKET}/my/earnings"))


def balance(world: World) -> str:
    return str(earnings(world)["balances"][0]["amount"])


def test_what_is_bought_may_be_run_and_the_author_earns_it(world: World) -> None:
    sold(world)
    assert rights(world) == {"see", "buy", "report", "watch"}

    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))

    assert rights(world) == {"see", "run", "report", "watch"}
    problem(checkout(world), 403, "forbidden")
    (entry,) = earnings(world)["entries"]
    assert (entry["kind"], entry["amount"], entry["listingId"]) == ("payment", "16.91", "l1")
    assert balance(world) == "16.91"


def test_the_provider_is_told_the_price_and_nothing_of_the_buyer(world: World) -> None:
    sold(world)

    purchase(world)

    assert isinstance(world.marketplace.provider, RecordingProvider)
    (asked,) = world.marketplace.provider.begun
    assert (asked.purchase.price, asked.title) == (ONCE, "Buys the dip")
    assert asked.success_url == "https://site.example/marketplace/listings/l1?bought=1"


def test_asking_again_with_the_same_key_is_the_same_purchase(world: World) -> None:
    sold(world)

    first, again = purchase(world), purchase(world)

    assert first == again
    assert isinstance(world.marketplace.provider, RecordingProvider)
    assert len({asked.key for asked in world.marketplace.provider.begun}) == 1
    assert "bob" not in str(world.marketplace.provider.begun[0].key)


def test_an_event_counts_once_however_often_it_is_heard(world: World) -> None:
    sold(world)
    event = an_event("checkout.session.completed", a_session(purchase(world)))

    for _ in range(3):
        heard(world, event)

    assert balance(world) == "16.91"
    assert len(earnings(world)["entries"]) == 1


def test_two_events_of_one_payment_are_one_payment(world: World) -> None:
    sold(world)
    session = a_session(purchase(world))

    heard(world, an_event("checkout.session.completed", session, "evt_1"))
    heard(world, an_event("checkout.session.async_payment_succeeded", session, "evt_2"))

    assert balance(world) == "16.91"


def test_a_page_that_is_not_paid_yet_gives_nothing(world: World) -> None:
    sold(world)
    session = a_session(purchase(world), payment_status="unpaid")

    heard(world, an_event("checkout.session.completed", session))

    assert "buy" in rights(world)
    assert earnings(world) == {"balances": [], "entries": []}


def test_a_refund_takes_back_what_was_earned_and_ends_the_right(world: World) -> None:
    sold(world)
    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))

    heard(world, an_event("charge.refunded", a_refund(1990), "evt_2"))

    assert "run" not in rights(world)
    assert balance(world) == "0.00"
    assert [each["amount"] for each in earnings(world)["entries"]] == ["16.91", "-16.91"]


def test_refunds_in_parts_add_up_and_only_the_last_ends_the_right(world: World) -> None:
    sold(world)
    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))

    heard(world, an_event("charge.refunded", a_refund(1000), "evt_2"))
    assert "run" in rights(world)
    assert balance(world) == "8.41"
    heard(world, an_event("charge.refunded", a_refund(1990), "evt_3"))

    assert "run" not in rights(world)
    assert balance(world) == "0.00"


def test_a_month_is_paid_for_and_ends_unless_it_is_paid_again(world: World) -> None:
    sold(world, MONTHLY)
    bought = purchase(world)
    month = timedelta(days=30)
    heard(world, an_event("invoice.paid", an_invoice(bought)))
    assert "run" in rights(world)

    world.clock.move(days=30)
    invoice = an_invoice(
        bought, START + 2 * month, payments={"data": [{"payment": {"payment_intent": "pi_2"}}]}
    )
    heard(world, an_event("invoice.paid", invoice, "evt_2"))
    world.clock.move(days=30)
    assert "run" in rights(world)
    world.clock.move(seconds=GRACE.total_seconds())

    assert "run" not in rights(world)
    assert balance(world) == "33.82"


def test_the_page_of_a_month_is_booked_by_its_invoice_alone(world: World) -> None:
    sold(world, MONTHLY)
    bought = purchase(world)

    heard(world, an_event("checkout.session.completed", a_session(bought, mode="subscription")))
    heard(world, an_event("invoice.paid", an_invoice(bought), "evt_2"))

    assert balance(world) == "16.91"


def test_a_payout_is_taken_from_the_balance(world: World) -> None:
    sold(world)
    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))
    transfer = {"amount": 1691, "currency": "eur", "metadata": {"author": ALICE}}

    for _ in range(2):
        heard(world, an_event("transfer.created", transfer, "evt_2"))

    assert balance(world) == "0.00"
    assert earnings(world)["entries"][-1]["kind"] in {"payment", "payout"}


def test_what_does_not_concern_the_marketplace_is_let_go(world: World) -> None:
    for kind, found in (
        ("customer.created", {}),
        ("checkout.session.completed", a_session("", metadata={})),
        ("charge.refunded", a_refund(100, "pi_unknown")),
        ("transfer.created", {"amount": 1, "currency": "eur"}),
    ):
        heard(world, an_event(kind, found, f"evt_{kind}"))


def test_another_currency_than_the_listings_is_refused(world: World) -> None:
    sold(world)
    session = a_session(purchase(world), currency="usd")

    problem(hear(world, an_event("checkout.session.completed", session)), 422, "invalid")

    assert "run" not in rights(world)


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "t=1,v1=00",
        "v1=00",
        signature(an_event("customer.created", {}), START, "another secret"),
        signature(an_event("customer.created", {}), START - timedelta(minutes=6)),
        signature(an_event("customer.created", {}), START + timedelta(minutes=6)),
        signature(an_event("customer.deleted", {})),
        signature(an_event("customer.created", {})).replace("t=", "t=1,t="),
        signature(an_event("customer.created", {})).replace("v1=", "v0="),
    ],
    ids=[
        "none",
        "invented",
        "no time",
        "other secret",
        "old",
        "of tomorrow",
        "other body",
        "two times",
        "v0",
    ],
)
def test_only_the_providers_own_and_late_events_are_heard(world: World, signed: str) -> None:
    problem(hear(world, an_event("customer.created", {}), signed), 401, "unauthenticated")


def test_the_signature_is_the_one_that_stripe_checks() -> None:
    event = an_event("customer.created", {})

    with time_machine.travel(START, tick=False):
        found = stripe.Webhook.construct_event(written(event), signature(event), PAYMENTS_SECRET)

    assert found["id"] == "evt_1"


def test_what_is_signed_but_no_event_is_refused(world: World) -> None:
    problem(hear(world, {"id": "evt_1"}), 422, "invalid")


def test_without_a_provider_paid_listings_are_described_and_not_sold(world: World) -> None:
    world.marketplace.provider = None
    sold(world)

    assert ok(world.api(world.bob).get(LISTING))["price"]["amount"] == "19.90"
    assert "not set up" in problem(checkout(world), 409, "conflict")["detail"]
    problem(hear(world, an_event("customer.created", {})), 404, "not_found")


def test_what_is_free_or_ones_own_cannot_be_bought(world: World) -> None:
    sold(world)

    problem(checkout(world, world.alice), 403, "forbidden")


def test_the_author_does_not_learn_who_bought(world: World) -> None:
    sold(world)
    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))

    for path in ("my/earnings", "my/listings", "listings/l1"):
        assert "bob" not in world.api(world.alice).get(f"{MARKET}/{path}").text


def test_every_entry_sums_to_zero(world: World) -> None:
    sold(world)
    heard(world, an_event("checkout.session.completed", a_session(purchase(world))))
    heard(world, an_event("charge.refunded", a_refund(333), "evt_2"))
    transfer = {"amount": 500, "currency": "eur", "metadata": {"author": ALICE}}
    heard(world, an_event("transfer.created", transfer, "evt_3"))

    entries = world.marketplace.books.entries(ALICE, limit=9)

    assert len(entries) == 3
    assert {sum(entry.lines.values()) for entry in entries} == {Decimal(0)}
    owed = sum((entry.earned for entry in entries), Decimal(0))
    assert world.marketplace.books.earnings(ALICE).balances == {"EUR": owed}
    assert BOB not in json.dumps([str(entry) for entry in entries])
    assert isinstance(entries[0].at, datetime)
