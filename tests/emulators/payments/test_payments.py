"""Buying over Stripe's own client and a provider of its shape, with our events function at the other end."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests
from werkzeug.serving import make_server

from candlewick.errors import Unavailable
from candlewick.marketplace.models import Access, Plan, Price
from candlewick.marketplace.payments.stripe import StripeProvider
from tests.emulators.storage.servers import serving
from tests.functions.answers import ok
from tests.marketplace_factories import a_listing
from tests.marketplace_world import PAYMENTS_SECRET
from tests.world import World

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("payments")]

KEY = "sk_test_of_the_tests"
LISTING = "/api/v1/marketplace/listings/l1"


@dataclass
class Shop:
    world: World
    provider: str

    def sold(self, plan: Plan) -> None:
        price = Price(amount=Decimal("19.90"), currency="EUR", plan=plan)
        self.world.marketplace.put(a_listing(price=price, access=Access.CLOSED))

    def checkout(self, key: str = "key-00000001") -> str:
        response = self.world.api(self.world.bob).post(
            f"{LISTING}/checkout", json={}, headers={"Idempotency-Key": key}
        )
        return str(ok(response)["url"])

    def pay(self, url: str) -> str:
        answer = requests.post(url, allow_redirects=False, timeout=10)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def may_run(self) -> bool:
        return "run" in ok(self.world.api(self.world.bob).get(LISTING))["rights"]

    def heard(self) -> list[tuple[str, int]]:
        sent = requests.get(f"{self.provider}/events", timeout=10).json()
        return [(event["type"], event["status"]) for event in sent]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    # What the provider signs bears this machine's time.
    world.clock.time = datetime.now(UTC)
    port = free_port()
    hook = f"http://127.0.0.1:{port}/api/v1/marketplace/payments/events"
    options = ("--key", KEY, "--secret", PAYMENTS_SECRET, "--hook", hook)
    with serving("emulators.payments", *options) as url:
        world.marketplace.provider = StripeProvider(key=KEY, url=url)
        server = make_server("127.0.0.1", port, world.api_app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Shop(world, url)
        server.shutdown()
        thread.join()
        server.server_close()


def test_who_pays_on_the_providers_page_may_run(shop: Shop) -> None:
    shop.sold(Plan.ONCE)

    led_to = shop.pay(shop.checkout())

    assert led_to == "https://site.example/marketplace/listings/l1?bought=1"
    assert shop.may_run()
    assert shop.heard() == [("checkout.session.completed", 204)]


def test_a_month_is_paid_by_its_invoice(shop: Shop) -> None:
    shop.sold(Plan.MONTHLY)

    shop.pay(shop.checkout())

    assert shop.may_run()
    assert shop.heard() == [("checkout.session.completed", 204), ("invoice.paid", 204)]
    shop.world.clock.move(days=34)
    assert not shop.may_run()


def test_a_refund_ends_it(shop: Shop) -> None:
    shop.sold(Plan.ONCE)
    shop.pay(shop.checkout())
    (payment,) = shop.world.marketplace.books.payments()

    answer = requests.post(
        f"{shop.provider}/v1/refunds",
        data={"payment_intent": payment.id},
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=10,
    )

    assert answer.status_code == 200
    assert not shop.may_run()


def test_asking_again_gives_the_same_page_which_is_not_paid_twice(shop: Shop) -> None:
    shop.sold(Plan.ONCE)
    page = shop.checkout()
    assert shop.checkout() == page

    shop.pay(page)
    shop.pay(page)

    assert len(shop.heard()) == 1


def test_a_key_that_the_provider_refuses_is_no_answer_for_the_buyer(shop: Shop) -> None:
    shop.sold(Plan.ONCE)
    shop.world.marketplace.provider = StripeProvider(key="another", url=shop.provider)

    response = shop.world.api(shop.world.bob).post(
        f"{LISTING}/checkout", json={}, headers={"Idempotency-Key": "key-00000001"}
    )

    assert response.status_code == Unavailable.status
    assert "another" not in response.text
