"""A signed URL does exactly what was signed, for whom it was signed, as long as it was signed for."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from emulators.identity.keys import issue_all
from tests.emulators.storage.servers import PROJECT, StorageServers
from tests.emulators.storage.signing import BUCKET, SIGNER, Terms, code_of, put_object, signed

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("storage")]

NAME = "runs/r1/a b~ü?&=+%.txt"
CONTENT = b"0123456789"


def _replaced(pattern: str, replacement: str) -> Callable[[str], str]:
    def replace(url: str) -> str:
        changed, count = re.subn(pattern, replacement, url)
        assert count == 1, url
        return changed

    return replace


@dataclass(frozen=True)
class Tampering:
    claim: str
    tamper: Callable[[str], str]
    status: int
    code: str


TAMPERINGS = (
    Tampering("another path", _replaced("runs/r1", "runs/r2"), 403, "SignatureDoesNotMatch"),
    Tampering("another bucket", _replaced(BUCKET, "candlewick-code"), 403, "SignatureDoesNotMatch"),
    Tampering("an added parameter", lambda url: url + "&a=b", 403, "SignatureDoesNotMatch"),
    Tampering(
        "an added override",
        lambda url: url + "&response-content-type=text/html",
        403,
        "SignatureDoesNotMatch",
    ),
    Tampering(
        "a parameter twice",
        lambda url: url + "&X-Goog-Expires=300",
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "a longer life", _replaced("Expires=300", "Expires=301"), 403, "SignatureDoesNotMatch"
    ),
    Tampering(
        "more than seven days",
        _replaced("Expires=300", "Expires=604801"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "no life", _replaced("Expires=300", "Expires=0"), 400, "AuthenticationQueryParametersError"
    ),
    Tampering(
        "a negative life",
        _replaced("Expires=300", "Expires=-300"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "another account",
        _replaced("Credential=functions-backtests", "Credential=operator"),
        403,
        "SignatureDoesNotMatch",
    ),
    Tampering(
        "an account that nobody knows",
        _replaced("Credential=functions-backtests", "Credential=nobody"),
        403,
        "SignatureDoesNotMatch",
    ),
    Tampering(
        "a symmetric algorithm",
        _replaced("GOOG4-RSA-SHA256", "GOOG4-HMAC-SHA256"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "a scope of another day",
        _replaced(r"%2F\d{8}%2F", "%2F20200101%2F"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "a scope of another service",
        _replaced("%2Fstorage%2F", "%2Fs3%2F"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "a date that is none",
        _replaced(r"Date=\d{8}T", "Date=20261399T"),
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "no host among the signed headers",
        _replaced("SignedHeaders=host", "SignedHeaders=accept"),
        400,
        "MalformedSecurityHeader",
    ),
    Tampering(
        "a changed signature",
        lambda url: url[:-2] + ("00" if url[-2:] != "00" else "11"),
        403,
        "SignatureDoesNotMatch",
    ),
    Tampering(
        "a signature that is cut off",
        lambda url: url[:-3],
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering(
        "no signature",
        lambda url: url.partition("&X-Goog-Signature")[0],
        400,
        "AuthenticationQueryParametersError",
    ),
    Tampering("nothing signed at all", lambda url: url.partition("?")[0], 403, "AccessDenied"),
)


def test_the_url_as_signed_reads_the_object(servers: StorageServers) -> None:
    put_object(servers, NAME, CONTENT)

    reply = requests.get(signed(servers, "GET", NAME), timeout=10)

    assert (reply.status_code, reply.content) == (200, CONTENT)


def test_the_order_of_the_parameters_does_not_matter(servers: StorageServers) -> None:
    put_object(servers, NAME, CONTENT)
    path, _, query = signed(servers, "GET", NAME).partition("?")

    reply = requests.get(f"{path}?{'&'.join(reversed(query.split('&')))}", timeout=10)

    assert reply.status_code == 200


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.claim)
def test_a_changed_url_is_refused(servers: StorageServers, tampering: Tampering) -> None:
    put_object(servers, NAME, CONTENT)
    url = signed(servers, "GET", NAME)

    reply = requests.get(tampering.tamper(url), timeout=10)

    assert (reply.status_code, code_of(reply)) == (tampering.status, tampering.code)
    assert CONTENT not in reply.content


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_another_method_is_refused(servers: StorageServers, method: str) -> None:
    put_object(servers, NAME, CONTENT)
    url = signed(servers, "GET", NAME)

    reply = requests.request(method, url, timeout=10)

    assert reply.status_code == 403
    assert requests.get(url, timeout=10).content == CONTENT


def test_methods_that_nobody_signs_for_are_refused(servers: StorageServers) -> None:
    reply = requests.post(signed(servers, "POST", NAME), timeout=10)

    assert (reply.status_code, code_of(reply)) == (405, "MethodNotAllowed")


def test_an_expired_url_is_refused(servers: StorageServers) -> None:
    put_object(servers, NAME, CONTENT)
    url = signed(servers, "GET", NAME, Terms(signed_ago=timedelta(minutes=5, seconds=1)))

    reply = requests.get(url, timeout=10)

    assert (reply.status_code, code_of(reply)) == (400, "ExpiredToken")


def test_a_url_of_yesterday_lives_as_long_as_it_was_signed_for(servers: StorageServers) -> None:
    put_object(servers, NAME, CONTENT)
    url = signed(
        servers, "GET", NAME, Terms(valid_for=timedelta(days=2), signed_ago=timedelta(days=1))
    )

    assert requests.get(url, timeout=10).status_code == 200


def test_a_date_far_in_the_future_is_refused(servers: StorageServers) -> None:
    url = signed(servers, "GET", NAME, Terms(signed_ago=timedelta(minutes=-16)))

    reply = requests.get(url, timeout=10)

    assert (reply.status_code, code_of(reply)) == (403, "RequestTimeTooSkewed")


def test_a_key_of_the_same_name_from_elsewhere_is_refused(
    servers: StorageServers, tmp_path: Path
) -> None:
    put_object(servers, NAME, CONTENT)
    issue_all(tmp_path / "identities", [SIGNER], project=PROJECT, token_uri="http://elsewhere/")
    elsewhere = StorageServers(folder=tmp_path, identity_url="", backend_url="", url=servers.url)

    reply = requests.get(signed(elsewhere, "GET", NAME), timeout=10)

    assert (reply.status_code, code_of(reply)) == (403, "SignatureDoesNotMatch")


def test_a_signed_header_must_be_sent(servers: StorageServers) -> None:
    url = signed(servers, "PUT", "missing-header", Terms(headers={"content-type": "text/csv"}))

    reply = requests.put(url, CONTENT, timeout=10)

    assert (reply.status_code, code_of(reply)) == (400, "MalformedSecurityHeader")


def test_a_signed_header_must_have_its_value(servers: StorageServers) -> None:
    url = signed(servers, "PUT", "other-header", Terms(headers={"content-type": "text/csv"}))

    reply = requests.put(url, CONTENT, headers={"content-type": "text/html"}, timeout=10)

    assert (reply.status_code, code_of(reply)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "header", ["x-goog-if-generation-match", "x-goog-meta-owner", "x-goog-acl", "X-Goog-Hash"]
)
def test_a_google_header_that_was_not_signed_is_refused(
    servers: StorageServers, header: str
) -> None:
    url = signed(servers, "PUT", "unsigned-header")

    reply = requests.put(url, CONTENT, headers={header: "0"}, timeout=10)

    assert (reply.status_code, code_of(reply)) == (400, "MalformedSecurityHeader")


def test_a_signed_header_that_is_not_emulated_is_refused(servers: StorageServers) -> None:
    headers = {"x-goog-copy-source": "/candlewick-code/secret"}
    url = signed(servers, "PUT", "copied", Terms(headers=headers))

    reply = requests.put(url, b"", headers=headers, timeout=10)

    assert (reply.status_code, code_of(reply)) == (501, "NotImplemented")


@pytest.mark.parametrize("name", ["../candlewick-code/x", "a/../../x", "a//b", "a/./b"])
def test_a_name_that_leaves_its_folder_is_refused(servers: StorageServers, name: str) -> None:
    url = signed(servers, "PUT", name).replace("/../", "/%2E%2E/").replace("/./", "/%2E/")
    request = requests.Request("PUT", url, data=CONTENT).prepare()
    request.url = url

    reply = requests.Session().send(request, timeout=10)

    assert reply.status_code in {400, 403}
    assert not (servers.folder / "objects" / "candlewick-code" / "x").exists()


@pytest.mark.parametrize(
    ("account", "bucket", "name"),
    [
        ("backtest-job", "candlewick-code", "secret.py"),
        ("backtest-job", "candlewick-candles", "binance/x"),
        ("reader", "candlewick-candles", "kraken/x"),
        ("reader", "candlewick-results", "binance/x"),
    ],
)
def test_a_signature_opens_only_what_its_signer_may_read(
    servers: StorageServers, account: str, bucket: str, name: str
) -> None:
    put_object(servers, name, CONTENT, bucket)

    reply = requests.get(
        signed(servers, "GET", name, Terms(bucket=bucket, account=account)), timeout=10
    )

    assert (reply.status_code, code_of(reply)) == (403, "AccessDenied")


def test_a_reader_reads_below_its_prefix_and_writes_nothing(servers: StorageServers) -> None:
    put_object(servers, "binance/x", CONTENT, "candlewick-candles")
    terms = Terms(bucket="candlewick-candles", account="reader")

    read = requests.get(signed(servers, "GET", "binance/x", terms), timeout=10)
    written = requests.put(signed(servers, "PUT", "binance/x", terms), b"lie", timeout=10)

    assert (read.status_code, read.content) == (200, CONTENT)
    assert (written.status_code, code_of(written)) == (403, "AccessDenied")


def test_the_refusal_shows_what_would_have_been_right(servers: StorageServers) -> None:
    url = signed(servers, "GET", "x y")

    reply = requests.get(url + "&a=b", timeout=10)

    assert f"GET\n/{BUCKET}/{quote('x y')}\n" in reply.text
    assert json.loads(servers.key_file(SIGNER).read_text())["private_key"] not in reply.text
