"""Binance's signature: HMAC-SHA256 over the query string, in hexadecimal."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from candlewick.bots.wire import Key


class Signer:
    """Holds the exchange key, which nothing else does."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"Signer(version={self._key.version})"

    @property
    def headers(self) -> dict[str, str]:
        """Headers of a signed call."""
        return {"X-MBX-APIKEY": self._key.api_key}

    def signed(self, parameters: Mapping[str, str]) -> str:
        """Return the query string of the parameters with its signature, which comes last."""
        query = urlencode(parameters)
        made = hmac.new(self._key.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return f"{query}&signature={made}"
