"""Asks the identity emulator who a caller is and with which keys a signature may be made."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession

from emulators.storage_gateway.refusals import Refusal, unauthenticated

_FRESH_S = 30.0
_BEARER = "Bearer "


@dataclass(slots=True)
class Callers:
    """Replies are kept for half a minute, as Google's own are for longer."""

    identity_url: str
    session: ClientSession
    _keys: dict[str, Sequence[str]] = field(default_factory=dict)
    _keys_until: float = 0.0
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def email(self, authorization: str | None) -> str:
        """Return whose access token this is."""
        if authorization is None:
            raise unauthenticated(
                "Anonymous caller does not have access. Send an access token, or sign the URL."
            )
        if not authorization.startswith(_BEARER):
            raise unauthenticated("Invalid Credentials: only Bearer tokens are accepted.")
        token = authorization.removeprefix(_BEARER)
        email, until = self._tokens.get(token, ("", 0.0))
        if until > time.time():
            return email
        reply = await self._call("POST", "/introspect", {"token": token})
        if not reply.get("active"):
            raise unauthenticated("Invalid Credentials")
        self._tokens[token] = (reply["sub"], min(reply["exp"], time.time() + _FRESH_S))
        return str(reply["sub"])

    async def keys(self, email: str) -> Mapping[str, Sequence[str]]:
        """Return public keys by account; asked again when an account is not known yet."""
        if self._keys_until < time.time() or email not in self._keys:
            published = await self._call("GET", "/keys", None)
            self._keys = {name: tuple(keys.values()) for name, keys in published.items()}
            self._keys_until = time.time() + _FRESH_S
        return self._keys

    async def _call(self, method: str, path: str, form: dict[str, str] | None) -> dict[str, Any]:
        url = self.identity_url + path
        try:
            async with self.session.request(method, url, data=form) as reply:
                reply.raise_for_status()
                found: dict[str, Any] = await reply.json()
                return found
        except ClientError as error:
            raise Refusal(
                503, "ServiceUnavailable", "backendError", "The identity emulator does not answer."
            ) from error
