"""Alerts in words, and where each channel may and may not go."""

import ipaddress
from datetime import UTC, datetime

import pytest

from candlewick.alerts import words
from candlewick.alerts.models import Alert, Channel, Undeliverable, channels
from candlewick.alerts.public_hosts import PublicHosts
from candlewick.bots.models import AlertSettings, BotId
from candlewick.bots.wire import EventKind


def an_alert(**change: object) -> Alert:
    given: dict[str, object] = {
        "id": "e1",
        "bot_id": BotId("b1"),
        "bot": "Swing",
        "kind": EventKind.ENTRY,
        "at": datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        "text": "Bought 0.5 ETH at 2,000 USDT.",
        "pair": "ETH/USDT",
        "link": "https://candlewick.example/bots/b1",
    }
    return Alert(**(given | change))  # type: ignore[arg-type]  # the fields of the class


def hosts(*addresses: str, also: str = "") -> PublicHosts:
    networks = (ipaddress.ip_network(also),) if also else ()
    return PublicHosts(also=networks, resolve=lambda _host, _port: addresses)


def test_an_alert_in_words() -> None:
    alert = an_alert(bot="Swing\r\nBcc: everybody")

    assert words.subject(alert) == "Swing Bcc: everybody entered a trade (ETH/USDT)"
    assert words.message(alert).splitlines() == [
        "Bought 0.5 ETH at 2,000 USDT.",
        "2026-11-02 08:30:00 UTC",
        "https://candlewick.example/bots/b1",
    ]


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_words(kind: EventKind) -> None:
    assert words.subject(an_alert(kind=kind)).startswith("Swing ")


def test_only_channels_that_are_set_up_are_used() -> None:
    settings = AlertSettings(email="a@b.example", telegram_chat="12")

    assert channels(settings) == (Channel.EMAIL, Channel.TELEGRAM)
    assert channels(AlertSettings()) == ()


def test_a_public_host_is_called_by_the_address_that_was_checked() -> None:
    place = hosts("93.184.215.14").place("https://hooks.example/a?b=c")

    assert (place.host, place.address, place.port, place.is_tls) == (
        "hooks.example",
        "93.184.215.14",
        443,
        True,
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the metadata server
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address that must be refused
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "64:ff9b::a9fe:a9fe",  # NAT64 of the metadata server
    ],
)
def test_nothing_of_our_own_network_is_called(address: str) -> None:
    with pytest.raises(Undeliverable, match="not on the public internet"):
        hosts(address).place("https://hooks.example/")


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Undeliverable, match="not on the public internet"):
        hosts("93.184.215.14", "10.0.0.8").place("https://hooks.example/")


@pytest.mark.parametrize(
    ("url", "words_of_it"),
    [
        ("http://hooks.example/", "begin with https"),
        ("ftp://hooks.example/", "form https://"),
        ("https:///path", "form https://"),
        ("https://user:pass@hooks.example/", "must not hold a password"),
        ("https://hooks.example:22/", "Port 22 cannot be used"),
        ("https://hooks.example:99999/", "no port"),
    ],
)
def test_addresses_that_make_no_sense_are_refused_in_words(url: str, words_of_it: str) -> None:
    with pytest.raises(Undeliverable, match=words_of_it):
        hosts("93.184.215.14").place(url)


def test_a_host_that_is_not_known_is_said_so() -> None:
    with pytest.raises(Undeliverable, match="no host"):
        hosts().place("https://hooks.example/")


def test_an_operator_may_allow_a_network_of_their_own() -> None:
    own = hosts("127.0.0.1", also="127.0.0.0/8")

    assert not own.place("http://localhost:9000/hook").is_tls
    with pytest.raises(Undeliverable):
        hosts("10.0.0.1", also="127.0.0.0/8").place("http://localhost:9000/hook")
