"""What is sent by SMTP or as a webhook can be read again, by whom it was for."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import requests

from tests.emulators.storage.servers import serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("mailbox")]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def smtp_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def url(smtp_port: int) -> Iterator[str]:
    with serving("emulators.mailbox", "--smtp-port", str(smtp_port)) as address:
        yield address


def test_a_mail_is_shown_to_its_reader_alone(url: str, smtp_port: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bots@example.org", "ann@example.org", "Gain: ü"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("It went up.")

    with smtplib.SMTP("127.0.0.1", smtp_port) as smtp:
        smtp.send_message(mail)

    (found,) = requests.get(f"{url}/mails", params={"to": "ann@example.org"}, timeout=10).json()
    assert found == {
        "to": ["ann@example.org"],
        "from": "bots@example.org",
        "subject": "Gain: ü",
        "id": "<1@example.org>",
        "text": "It went up.\n",
    }
    assert requests.get(f"{url}/mails", params={"to": "bob@example.org"}, timeout=10).json() == []


def test_a_webhook_keeps_body_and_headers(url: str) -> None:
    body, headers = '{"kind":"entry"}', {"Candlewick-Id": "e1"}

    sent = requests.post(f"{url}/hooks/ann", data=body, headers=headers, timeout=10)

    assert sent.status_code == 204
    (found,) = requests.get(f"{url}/hooks/ann", timeout=10).json()
    assert (found["name"], found["body"]) == ("ann", body)
    assert found["headers"]["Candlewick-Id"] == "e1"
    assert requests.get(f"{url}/hooks/bob", timeout=10).json() == []
