"""OIDC tokens of Cloud Tasks and Cloud Scheduler, signed here by a key of our own."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import exceptions as auth_errors

from candlewick.errors import AppError, Forbidden, Unauthenticated, Unavailable
from candlewick.gcp.identity import OidcVerifier

ISSUER, AUDIENCE = "https://accounts.example.org", "https://tasks.example.org"
IDENTITY = "tasks@demo.iam.gserviceaccount.com"
KEY_ID = "key-1"
OUTAGE: type[Exception] = auth_errors.TransportError


@dataclass(frozen=True)
class Answer:
    status: int
    data: bytes


class Certificates:
    """The identity provider's public address."""

    def __init__(self, certificate: bytes) -> None:
        self._body = json.dumps({KEY_ID: certificate.decode()}).encode()
        self.is_down = False

    def __call__(self, url: str, method: str = "GET", **_: Any) -> Answer:
        assert (url, method) == ("https://certs.example.org", "GET")
        if self.is_down:
            raise OUTAGE("no route to host")
        return Answer(200, self._body)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@pytest.fixture
def certificates(key: rsa.RSAPrivateKey) -> Certificates:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return Certificates(certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def verifier(certificates: Certificates) -> OidcVerifier:
    return OidcVerifier(
        issuer=ISSUER,
        certs_url="https://certs.example.org",
        audience=AUDIENCE,
        identity=IDENTITY,
        request=certificates,  # type: ignore[arg-type]  # callable as the real one is
    )


def header(key: rsa.RSAPrivateKey, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "email": IDENTITY,
        "email_verified": True,
        "iat": now,
        "exp": now + 600,
    }
    given = {name: value for name, value in (claims | changes).items() if value is not ...}
    return "Bearer " + jwt.encode(given, key, algorithm="RS256", headers={"kid": KEY_ID})


def test_the_right_service_may_call(verifier: OidcVerifier, key: rsa.RSAPrivateKey) -> None:
    verifier.verify(header(key))
    verifier.verify(header(key).replace("Bearer", "bearer"))


WRONG_CLAIMS: list[tuple[dict[str, Any], type[AppError]]] = [
    ({"iss": "https://evil.example"}, Forbidden),
    ({"iss": ...}, Forbidden),
    ({"aud": "https://other.example.org"}, Unauthenticated),
    ({"aud": ...}, Unauthenticated),
    ({"email": "other@demo.iam.gserviceaccount.com"}, Forbidden),
    ({"email": ...}, Forbidden),
    ({"email_verified": False}, Forbidden),
    ({"email_verified": "true"}, Forbidden),
    ({"email_verified": ...}, Forbidden),
    ({"exp": int(time.time()) - 60}, Unauthenticated),
    ({"iat": int(time.time()) + 86_400}, Unauthenticated),
    ({"exp": ...}, Unauthenticated),
]


@pytest.mark.parametrize(("changes", "error"), WRONG_CLAIMS)
def test_one_wrong_claim_is_enough_to_be_refused(
    verifier: OidcVerifier,
    key: rsa.RSAPrivateKey,
    changes: Mapping[str, Any],
    error: type[AppError],
) -> None:
    with pytest.raises(error):
        verifier.verify(header(key, **changes))


def test_a_clock_that_is_a_little_off_is_forgiven(
    verifier: OidcVerifier, key: rsa.RSAPrivateKey
) -> None:
    verifier.verify(header(key, iat=int(time.time()) + 5))


def test_another_key_is_refused(verifier: OidcVerifier) -> None:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    with pytest.raises(Unauthenticated):
        verifier.verify(header(other))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_real_signature_is_refused(
    verifier: OidcVerifier, algorithm: str
) -> None:
    secret = "" if algorithm == "none" else "k" * 32
    claims = {"iss": ISSUER, "aud": AUDIENCE, "email": IDENTITY, "email_verified": True}
    token = jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": KEY_ID})

    with pytest.raises(Unauthenticated):
        verifier.verify(f"Bearer {token}")


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer nonsense"])
def test_no_token_is_refused(verifier: OidcVerifier, given: str | None) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(given)


def test_an_identity_provider_that_is_down_is_no_refusal(
    verifier: OidcVerifier, key: rsa.RSAPrivateKey, certificates: Certificates
) -> None:
    certificates.is_down = True

    with pytest.raises(Unavailable):
        verifier.verify(header(key))


def removed(given: str) -> str:
    """Return a header as Cloud Run hands it on."""
    return given.rpartition(".")[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"


@pytest.fixture
def behind(verifier: OidcVerifier) -> OidcVerifier:
    return replace(verifier, is_behind_cloud_run=True)


def test_behind_cloud_run_a_removed_signature_counts_as_checked(
    behind: OidcVerifier, key: rsa.RSAPrivateKey
) -> None:
    behind.verify(removed(header(key)))
    behind.verify(removed(header(key, iat=int(time.time()) + 5)))
    behind.verify(header(key))


def test_elsewhere_a_removed_signature_is_none(
    verifier: OidcVerifier, key: rsa.RSAPrivateKey
) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(removed(header(key)))


@pytest.mark.parametrize(("changes", "error"), WRONG_CLAIMS)
def test_behind_cloud_run_one_wrong_claim_is_enough_too(
    behind: OidcVerifier,
    key: rsa.RSAPrivateKey,
    changes: Mapping[str, Any],
    error: type[AppError],
) -> None:
    with pytest.raises(error):
        behind.verify(removed(header(key, **changes)))


def test_behind_cloud_run_another_keys_signature_is_still_refused(behind: OidcVerifier) -> None:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    with pytest.raises(Unauthenticated):
        behind.verify(header(other))
    with pytest.raises(Unauthenticated):
        behind.verify("Bearer x.SIGNATURE_REMOVED_BY_GOOGLE")
