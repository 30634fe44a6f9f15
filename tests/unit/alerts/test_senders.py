"""Each channel against a real server on this machine: a mailbox, an HTTP endpoint."""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Mailbox

from candlewick.alerts.email import EmailSender, SmtpServer
from candlewick.alerts.models import Undeliverable
from candlewick.alerts.public_hosts import PublicHosts
from candlewick.alerts.telegram import TelegramSender
from candlewick.alerts.webhook import WebhookSender
from candlewick.bots.models import AlertSettings
from candlewick.errors import Unavailable
from candlewick.settings import BadSettings
from tests.unit.alerts.test_alerts import an_alert

NOW = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
LOOPBACK = PublicHosts(also=(ipaddress.ip_network("127.0.0.0/8"),))


class Received(Mailbox):
    """Keeps what comes, and refuses whom it does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        await asyncio.sleep(0)
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("busy"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[Received, EmailSender]]:
    handler = Received()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    server = SmtpServer.from_url(f"smtp://127.0.0.1:{port}")
    yield handler, EmailSender(server=server, sender="alerts@candlewick.example")
    controller.stop()


class Endpoint(BaseHTTPRequestHandler):
    """Answers as it is told to, and keeps what it was asked."""

    status = 204
    asked: tuple[str, dict[str, str], bytes] = ("", {}, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked = (self.path, dict(self.headers), body)
        self.send_response(type(self).status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_mail_arrives_with_the_same_id_at_every_try(
    mailbox: tuple[Received, EmailSender],
) -> None:
    received, sender = mailbox
    settings = AlertSettings(email="trader@mail.example")

    sender.send(an_alert(), settings)
    sender.send(an_alert(), settings)

    first, second = received.mails[-2:]
    assert first["Subject"] == "Swing entered a trade (ETH/USDT)"
    assert first["To"] == "trader@mail.example"
    assert first["Message-ID"] == second["Message-ID"] == "<b1.e1@candlewick.example>"
    assert "Bought 0.5 ETH" in str(first.get_payload())


def test_a_mailbox_that_is_not_there_is_given_up(mailbox: tuple[Received, EmailSender]) -> None:
    with pytest.raises(Undeliverable, match="refuses the address"):
        mailbox[1].send(an_alert(), AlertSettings(email="nobody@mail.example"))


def test_a_busy_or_absent_server_is_tried_again(mailbox: tuple[Received, EmailSender]) -> None:
    with pytest.raises(Unavailable):
        mailbox[1].send(an_alert(), AlertSettings(email="busy@mail.example"))
    absent = EmailSender(
        server=SmtpServer.from_url("smtp://127.0.0.1:1"), sender="alerts@candlewick.example"
    )
    with pytest.raises(Unavailable):
        absent.send(an_alert(), AlertSettings(email="a@mail.example"))


def test_the_mail_servers_address_is_read_with_care() -> None:
    server = SmtpServer.from_url("smtps://me%40x:p%2Fw@mail.example")

    assert (server.port, server.user, server.password) == (465, "me@x", "p/w")
    assert "p/w" not in repr(server)
    with pytest.raises(BadSettings, match="CANDLEWICK_SMTP_URL"):
        SmtpServer.from_url("mail.example:25")


def test_a_webhook_is_signed_and_names_the_alert(endpoint: str) -> None:
    Endpoint.status = 204
    settings = AlertSettings(webhook_url=f"{endpoint}/hook?x=1", webhook_secret="s")

    WebhookSender(hosts=LOOPBACK, now=lambda: NOW).send(an_alert(), settings)

    path, headers, body = Endpoint.asked
    at = int(NOW.timestamp())
    expected = hmac.new(b"s", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert path == "/hook?x=1"
    assert headers["Candlewick-Id"] == "e1"
    assert headers["Candlewick-Signature"] == f"t={at},v1={expected}"
    assert json.loads(body)["kind"] == "entry"


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, Undeliverable), (404, Undeliverable), (429, Unavailable), (503, Unavailable)],
)
def test_a_webhooks_answer_decides_whether_it_is_tried_again(
    endpoint: str, status: int, error: type[Exception]
) -> None:
    Endpoint.status = status
    settings = AlertSettings(webhook_url=f"{endpoint}/hook", webhook_secret="s")

    with pytest.raises(error):
        WebhookSender(hosts=LOOPBACK, now=lambda: NOW).send(an_alert(), settings)
    assert Endpoint.asked[0] == "/hook"


def test_a_webhook_of_our_own_network_is_never_called(endpoint: str) -> None:
    Endpoint.asked = ("", {}, b"")
    settings = AlertSettings(webhook_url=f"{endpoint}/hook", webhook_secret="s")

    with pytest.raises(Undeliverable):
        WebhookSender(hosts=PublicHosts(), now=lambda: NOW).send(an_alert(), settings)
    assert Endpoint.asked[0] == ""


def test_telegram_gets_a_message(endpoint: str) -> None:
    Endpoint.status = 200

    TelegramSender(token="1:t", api=endpoint).send(an_alert(), AlertSettings(telegram_chat="77"))

    path, _, body = Endpoint.asked
    assert path == "/bot1:t/sendMessage"
    assert json.loads(body)["chat_id"] == "77"
    assert json.loads(body)["text"].startswith("Swing entered a trade (ETH/USDT)\nBought")


@pytest.mark.parametrize(("status", "error"), [(403, Undeliverable), (502, Unavailable)])
def test_telegrams_refusals_never_show_the_token(
    endpoint: str, status: int, error: type[Exception]
) -> None:
    Endpoint.status = status

    with pytest.raises(error) as caught:
        TelegramSender(token="1:t", api=endpoint).send(
            an_alert(), AlertSettings(telegram_chat="77")
        )
    assert "1:t" not in str(caught.value)
