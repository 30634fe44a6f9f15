"""What every store of purchases, payments and the ledger promises."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.marketplace.models import ListingId, Plan, Price
from candlewick.marketplace.payments.firestore import FirestoreBooks
from candlewick.marketplace.payments.models import (
    Earnings,
    Entitlement,
    Entry,
    EventId,
    Payment,
    Purchase,
    PurchaseId,
    booked,
    extended,
    paid_out,
)
from candlewick.marketplace.payments.ports import Booking, Books
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.in_memory_books import InMemoryBooks

TEN = Decimal("10.00")


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        return InMemoryBooks()
    return FirestoreBooks(request.getfixturevalue("client"))


@pytest.fixture
def purchase(books: Books, owner: UserId) -> Purchase:
    made = Purchase(
        id=PurchaseId(f"{owner}-p"),
        buyer=UserId(f"{owner}-buyer"),
        listing=ListingId(f"{owner}-l"),
        author=owner,
        price=Price(amount=TEN, currency="EUR", plan=Plan.ONCE),
        created_at=START,
    )
    books.add(made)
    return made


def pay(books: Books, purchase: Purchase, number: int = 1) -> bool:
    """Book a payment of ten; what was there before is noted in the purchase's price."""
    event, name = EventId(f"{purchase.id}-e{number}"), f"{purchase.id}-pi{number}"

    def decide(
        bought: Purchase, payment: Payment | None, entitlement: Entitlement | None
    ) -> Booking | None:
        assert bought == purchase
        if payment is not None:
            return None
        return Booking(
            entry=booked(event, bought, TEN, START + timedelta(minutes=number)),
            payment=Payment(id=name, purchase=bought.id, amount=TEN),
            entitlement=extended(entitlement, bought, None, START),
        )

    return books.book(event, purchase.id, name, decide)


def test_a_purchase_is_stored_once(books: Books, purchase: Purchase) -> None:
    assert books.add(replace(purchase, buyer=UserId("another"))) == purchase
    assert books.purchase(purchase.id) == purchase


def test_a_purchase_and_its_payment_are_found(books: Books, purchase: Purchase) -> None:
    assert pay(books, purchase)

    assert books.purchase(purchase.id) == purchase
    name = f"{purchase.id}-pi1"
    assert books.payment(name) == Payment(id=name, purchase=purchase.id, amount=TEN)
    assert books.purchase(PurchaseId("none")) is None
    assert books.payment("none") is None


def test_entries_come_newest_first_and_earnings_are_their_sum(
    books: Books, purchase: Purchase
) -> None:
    for number in range(1, 4):
        assert pay(books, purchase, number)

    entries = books.entries(purchase.author, limit=2)
    assert [entry.at for entry in entries] == [START + timedelta(minutes=n) for n in (3, 2)]
    assert books.earnings(purchase.author).balances == {"EUR": Decimal("25.50")}
    assert books.earnings(UserId("nobody")) == Earnings(owner=UserId("nobody"))


def test_an_event_is_booked_once_even_when_it_comes_many_times_at_once(
    books: Books, purchase: Purchase
) -> None:
    told = at_once(4, lambda _: pay(books, purchase))

    assert told.count(True) == 1
    assert len(books.entries(purchase.author, limit=9)) == 1
    assert books.earnings(purchase.author).balances == {"EUR": Decimal("8.50")}


def test_an_event_that_books_nothing_is_remembered_too(books: Books, purchase: Purchase) -> None:
    event = EventId(f"{purchase.id}-nothing")

    assert not books.book(event, purchase.id, None, lambda *_: None)
    assert not books.book(event, purchase.id, None, lambda *_: Booking())


def test_what_is_not_there_cannot_be_paid(books: Books, purchase: Purchase) -> None:
    with pytest.raises(NotFound):
        pay(books, replace(purchase, id=PurchaseId("gone")))


def test_a_payout_is_booked_once(books: Books, purchase: Purchase) -> None:
    pay(books, purchase)
    event = EventId(f"{purchase.id}-out")
    entry = paid_out(event, purchase.author, Decimal("8.50"), "EUR", START)

    assert books.book_payout(entry)
    assert not books.book_payout(entry)
    assert books.earnings(purchase.author).balances == {"EUR": Decimal("0.00")}


def test_an_entry_that_does_not_sum_to_zero_cannot_be_made(purchase: Purchase) -> None:
    entry = booked(EventId("e"), purchase, TEN, START)

    with pytest.raises(ValueError, match="sum to zero"):
        replace(entry, lines={**entry.lines, "platform": Decimal(0)})
    assert isinstance(entry, Entry)
