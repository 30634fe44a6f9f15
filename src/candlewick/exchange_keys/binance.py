"""Asks Binance, or whatever speaks like it, what a key may do."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests

from candlewick.bots.venues import VenueEntry
from candlewick.errors import Unavailable
from candlewick.exchange_keys.models import Credentials, KeyRights
from candlewick.exchange_keys.service import KeyRefused

_PATIENCE_S = 10
_RECV_WINDOW_MS = 5_000
_SERVER_ERROR = 500
_BUSY = frozenset({418, 429})
_UNREADABLE = (
    "The exchange does not say what this key may do, so we do not take it. Make a new key there, with the "
    "rights to read and to trade on the spot market only."
)
# Whichever of these is on, money can leave the account.
_TRANSFERS = ("enableInternalTransfer", "permitsUniversalTransfer")


def _session() -> requests.Session:
    session = requests.Session()
    session.max_redirects = 0
    return session


@dataclass(frozen=True, slots=True, kw_only=True)
class BinanceKeyChecker:
    """`KeyChecker` over HTTP; requests are dated by the exchange's own clock."""

    session: requests.Session = field(default_factory=_session)

    def rights(self, venue: VenueEntry, credentials: Credentials) -> KeyRights:
        stated = self._signed(venue, "/sapi/v1/account/apiRestrictions", credentials)
        account = self._signed(venue, "/api/v3/account", credentials)
        return KeyRights(
            can_read=_flag(stated, "enableReading"),
            can_trade=_flag(stated, "enableSpotAndMarginTrading") and _flag(account, "canTrade"),
            can_withdraw=_flag(stated, "enableWithdrawals"),
            can_transfer=any([_flag(stated, name) for name in _TRANSFERS]),  # noqa: C419 (all are read)
            is_bound_to_addresses=_flag(stated, "ipRestrict"),
        )

    def _signed(
        self, venue: VenueEntry, path: str, credentials: Credentials
    ) -> Mapping[str, object]:
        time = self._get(venue, "/api/v3/time", {})
        query = urlencode({"timestamp": time.get("serverTime"), "recvWindow": _RECV_WINDOW_MS})
        signature = hmac.new(credentials.secret.encode(), query.encode(), hashlib.sha256)
        return self._get(
            venue,
            f"{path}?{query}&signature={signature.hexdigest()}",
            {"X-MBX-APIKEY": credentials.api_key},
        )

    def _get(
        self, venue: VenueEntry, path: str, headers: Mapping[str, str]
    ) -> Mapping[str, object]:
        try:
            response = self.session.get(
                f"{venue.url}{path}", headers=dict(headers), timeout=_PATIENCE_S
            )
        except requests.RequestException:
            # Its text holds the signed address.
            raise Unavailable(f"{venue.title} does not answer; please try again.") from None
        if response.status_code >= _SERVER_ERROR or response.status_code in _BUSY:
            raise Unavailable(f"{venue.title} does not answer properly; please try again.")
        try:
            body = response.json()
        except requests.JSONDecodeError:
            body = None
        if response.status_code != requests.codes.ok:
            raise KeyRefused(f"{venue.title} does not take this key: {_reason(body)}")
        if not isinstance(body, dict):
            raise KeyRefused(_UNREADABLE)
        return body


def _flag(stated: Mapping[str, object], name: str) -> bool:
    value = stated.get(name)
    if not isinstance(value, bool):
        raise KeyRefused(_UNREADABLE)
    return value


def _reason(body: object) -> str:
    message = body.get("msg") if isinstance(body, dict) else None
    return f"{str(message)[:200]}" if message else "it gave no reason."
