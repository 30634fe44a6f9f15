"""Alerts as signed HTTP requests to an address of the user's.

    POST <webhook_url>
    Candlewick-Id: <the alert's id; the same at every try>
    Candlewick-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256, hexadecimal, of "<t>.<body>">

A receiver checks the signature, refuses times that are far from its own, and does each id once.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx

from candlewick.alerts.models import Alert, Undeliverable
from candlewick.alerts.public_hosts import Place, PublicHosts
from candlewick.bots.models import AlertSettings
from candlewick.errors import Unavailable

_PATIENCE_S: Final = 10
_TOO_MANY: Final = 429
_TIMED_OUT: Final = 408


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """`Sender` over HTTPS: no redirects, and the answer is not read."""

    hosts: PublicHosts
    now: Callable[[], datetime]

    def send(self, alert: Alert, settings: AlertSettings) -> None:
        place = self.hosts.place(settings.webhook_url)
        body = json.dumps(_content(alert), separators=(",", ":"), sort_keys=True).encode()
        headers = {
            "Host": _host_header(place),
            "Content-Type": "application/json",
            "User-Agent": "Candlewick",
            "Candlewick-Id": alert.id,
            "Candlewick-Signature": signature(
                settings.webhook_secret, int(self.now().timestamp()), body
            ),
        }
        # Called by the address that was checked: a second look-up could give another one.
        url = httpx.URL(settings.webhook_url).copy_with(host=place.address)
        try:
            with (
                httpx.Client(
                    timeout=_PATIENCE_S, trust_env=False, follow_redirects=False
                ) as client,
                client.stream(
                    "POST",
                    url,
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": place.host} if place.is_tls else None,
                ) as answer,
            ):
                status = answer.status_code
        except httpx.HTTPError as error:
            raise Unavailable(f"{place.host} cannot be reached.") from error
        _check(place.host, status)


def signature(secret: str, at: int, body: bytes) -> str:
    """Return the header that proves who sent a body, and when."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _content(alert: Alert) -> dict[str, str]:
    return {
        "id": alert.id,
        "botId": alert.bot_id,
        "bot": alert.bot,
        "kind": alert.kind.value,
        "at": alert.at.isoformat(),
        "text": alert.text,
        "pair": alert.pair,
        "link": alert.link,
    }


def _host_header(place: Place) -> str:
    usual = 443 if place.is_tls else 80
    return place.host if place.port == usual else f"{place.host}:{place.port}"


def _check(host: str, status: int) -> None:
    if status < httpx.codes.MULTIPLE_CHOICES:
        return
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status in {_TOO_MANY, _TIMED_OUT}:
        raise Unavailable(f"{host} answers with {status}.")
    raise Undeliverable(f"{host} refuses the alert with status {status}.")
