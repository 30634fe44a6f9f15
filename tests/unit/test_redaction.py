"""A canary of every class of secret, wherever it may get into a line."""

import io
import json
import logging
import secrets
from collections.abc import Iterator

import jwt
import pytest

from backtest_job.logs import JsonLines
from candlewick import log
from candlewick.accounts.models import UserId, format_token
from candlewick.backtests.models import RunId
from candlewick.backtests.run_token import RunToken
from candlewick.redaction import redact

# Made anew each time; the mark is in none of them by chance.
MARK = "Kanari3nVogel"
OPAQUE = MARK + secrets.token_urlsafe(32).replace("-", "x").replace("_", "y")
RUN_TOKEN = RunToken(owner=UserId("u1"), run_id=RunId("r1"), epoch=3, secret=OPAQUE).text()
SIGNED = (
    "https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256"
    f"&X-Goog-Credential={MARK}%40p.iam.gserviceaccount.com%2F20260101%2Fauto"
    f"&X-Goog-Signature={MARK}0a1b2c3d&X-Goog-Security-Token={MARK}"
)
CANARIES = {
    "API token": format_token("0123abcd", OPAQUE),
    "Bearer": f"Authorization: Bearer {OPAQUE}",
    "Basic": f"Authorization: Basic {OPAQUE}==",
    "ID token": jwt.encode({"sub": MARK}, "k" * 32),
    "run token": RUN_TOKEN,
    "signed URL": SIGNED,
    "signed URL in JSON": json.dumps({"url": SIGNED}),
    "Google's code": f"https://site/sign-in/google?code={MARK}%2F0Ab&state={MARK}&x=1",
    "Google's code by itself": f"4/0{OPAQUE}",
    "Google's refresh token": f"1//0{OPAQUE}",
    "Google's access token": f"ya29.{OPAQUE}",
    "OAuth client secret": f"GOCSPX-{OPAQUE}",
    "Firebase's reset link": f"https://site/x?mode=resetPassword&oobCode={MARK}",
    "cookie": f"Cookie: __session={MARK}; theme={MARK}",
    "set cookie": f"'Set-Cookie': '__session={MARK}; HttpOnly'",
    "session cookie alone": f"__session={MARK}",
    "private key": f"-----BEGIN PRIVATE{' '}KEY-----\n{OPAQUE}\n-----END PRIVATE{' '}KEY-----",
    "cut private key": f"-----BEGIN RSA PRIVATE{' '}KEY-----\n{OPAQUE}",
    "exchange key": f"refused by the exchange: {OPAQUE}Ab1",
    "exchange secret in base64": f"refused: {MARK}/{OPAQUE}+Ab1==",
    "exchange key by name": f"{{'apiKey': '{MARK}', 'secret': '{MARK}'}}",
    "exchange passphrase": f"passphrase={MARK}",
    "password": f'{{"password": "{MARK}"}}',
    "PKCE verifier": f"code_verifier={MARK}",
}
# A job meets no browser: neither cookies nor the codes of sign-ins.
OF_BROWSERS = {name for name in CANARIES if "cookie" in name} | {
    "Google's code", "Firebase's reset link", "PKCE verifier",
}  # fmt: skip
# In the JSON web token the mark is encoded.
HIDDEN = {name: text for name, text in CANARIES.items() if name != "ID token"}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, found = list(root.handlers), root.level, io.StringIO()
    log.configure(found)
    yield found
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_no_secret_gets_into_a_line(stream: io.StringIO, text: str) -> None:
    log.logger("x").error(
        "said %s",
        text,
        extra={"detail": text, "more": {"nested": [text]}},
        exc_info=ValueError(text),
    )

    assert MARK not in stream.getvalue()
    assert "[redacted]" in stream.getvalue()


def test_no_signature_of_a_web_token_gets_into_a_line(stream: io.StringIO) -> None:
    token = CANARIES["ID token"]

    log.logger("x").error("said %s", token)

    assert token.rpartition(".")[2] not in stream.getvalue()
    assert token.split(".")[1] not in stream.getvalue()


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "apiKey", "api_key", "run_token", "client_secret", "credential",
     "passphrase", "private_key", "code_verifier", "signature"],
)  # fmt: skip
def test_a_fact_with_such_a_name_is_not_written(stream: io.StringIO, name: str) -> None:
    log.logger("x").info("said", extra={name: MARK})

    assert MARK not in stream.getvalue()


@pytest.mark.parametrize("name", sorted(HIDDEN.keys() - OF_BROWSERS))
def test_the_jobs_lines_hold_none_either(name: str) -> None:
    text = CANARIES[name]
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "said %s", (text,), None)
    record.detail = text
    record.exc_info = (ValueError, ValueError(text), None)

    assert MARK not in JsonLines({}).format(record)


@pytest.mark.parametrize(
    "text",
    [
        "run 3f2a9c01d4e5b6a7f809 was stuck in running for 61.2 s",
        "sha256 " + "0a1b2c3d" * 8,
        "/api/v1/backtests/3f2a9c01d4e5b6a7f809/cancel",
        "projects/p/locations/l/jobs/backtest/executions/backtest-x7k2p",
        "the task queue does not answer",
        'File "/workspace/candlewick/backtests/firestore.py", line 120, in change',
        "users/Ab3dEf6hIj9lMn2pQr5tUv8xYz1B/runs/3f2a9c01d4e5b6a7f809",
    ],
)
def test_what_operators_need_is_kept(text: str) -> None:
    assert redact(text) == text
