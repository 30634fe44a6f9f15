"""Google's OAuth 2.0 token endpoint: exchanges a one-time code for an ID token."""

from dataclasses import dataclass, field

import requests

from candlewick.accounts.google import GoogleRefused
from candlewick.errors import Unavailable
from candlewick.log import logger

log = logger(__name__)
_PATIENCE_S = 10
_USED_UP = "invalid_grant"


def _session() -> requests.Session:
    session = requests.Session()
    session.max_redirects = 0
    return session


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleCodes:
    """`Codes` over HTTP."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    session: requests.Session = field(default_factory=_session)

    def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> str:
        """Return the ID token for a one-time code.

        Raises `GoogleRefused` when the code is not good any more, and `Unavailable` when Google is down,
        or refuses us for a reason that is ours and not the user's.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        try:
            reply = self.session.post(
                self.token_url, data=form, timeout=_PATIENCE_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise _down() from error
        answer = _json(reply)
        if reply.status_code == requests.codes.ok:
            return _id_token(answer)
        if answer.get("error") == _USED_UP:
            raise GoogleRefused("Google knows this sign-in no longer. Begin again.")
        # The text may quote the request; the code of the error says what to look for.
        log.error(
            "google refuses the code exchange",
            extra={"status": reply.status_code, "error": answer.get("error")},
        )
        raise _down()


def _json(reply: requests.Response) -> dict[str, object]:
    try:
        answer = reply.json()
    except requests.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _id_token(answer: dict[str, object]) -> str:
    token = answer.get("id_token")
    if not isinstance(token, str):
        log.error("google sends no ID token", extra={"fields": sorted(answer)})
        raise _down()
    return token


def _down() -> Unavailable:
    return Unavailable(
        "Google's sign-in does not work at the moment. Try again soon, or use e-mail and password."
    )
