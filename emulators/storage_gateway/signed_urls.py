"""V4 signed URLs, verified as strictly as Cloud Storage does it.

    canonical request = method, path, sorted query, signed headers, their names, payload hash
    string to sign    = algorithm, date, credential scope, hash of the canonical request

https://cloud.google.com/storage/docs/authentication/canonical-requests
"""

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulators.storage_gateway.refusals import (
    Refusal,
    expired,
    malformed_header,
    malformed_query,
)

ALGORITHM = "GOOG4-RSA-SHA256"
MAX_LIFETIME = timedelta(days=7)
MAX_SKEW = timedelta(minutes=15)
_PARAMETERS = frozenset(
    f"X-Goog-{name}"
    for name in ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
)
_SCOPE = re.compile(
    r"(?P<email>[^/]+@[^/]+)/(?P<day>\d{8})/(?P<location>[a-z0-9-]+)/storage/goog4_request"
)
_DATE = re.compile(r"\d{8}T\d{6}Z")
_HEADER_NAMES = re.compile(r"[a-z0-9-]+(;[a-z0-9-]+)*")
_PAYLOAD_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it stood on the wire."""

    method: str
    raw_path: str
    raw_query: str
    headers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid signature proves: who signed, and which headers and parameters were meant."""

    email: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    payload_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameters:
    email: str
    scope: str
    date: str
    signed_headers: list[str]
    signature: bytes
    expires_at: datetime


def is_signed(raw_query: str) -> bool:
    """Whether a query claims to be a V4 signature, well-formed or not."""
    return any(name.lower().startswith("x-goog-") for name, _ in _pairs(raw_query))


def verify(request: SignedRequest, keys: Mapping[str, Sequence[str]], now: datetime) -> Grant:
    """Return what the signature grants.

    Args:
        request: method, path, query and headers exactly as received.
        keys: public keys (PEM) by service account.
        now: the server's clock.

    Raises:
        Refusal: with Cloud Storage's own code.
    """
    pairs = _pairs(request.raw_query)
    query = _unique(pairs)
    parameters = _parse(query)
    headers = _canonical_headers(request.headers)
    signed = _signed_headers(parameters.signed_headers, headers)
    _check_time(parameters, now)
    canonical = _canonical_request(request, pairs, signed)
    to_sign = "\n".join(
        (
            ALGORITHM,
            parameters.date,
            parameters.scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    if not _is_signed_by(keys.get(parameters.email, ()), parameters.signature, to_sign):
        raise _mismatch(to_sign, canonical)
    payload = signed.get("x-goog-content-sha256")
    if payload is not None and payload != "UNSIGNED-PAYLOAD":
        _require_payload_hash(payload)
    return Grant(
        email=parameters.email,
        headers=signed,
        query={name: value for name, value in query.items() if name not in _PARAMETERS},
        payload_sha256=None if payload == "UNSIGNED-PAYLOAD" else payload,
    )


def _pairs(raw_query: str) -> list[tuple[str, str]]:
    # No `+` for a space: the canonical form is RFC 3986, where it means itself.
    split = (part.partition("=") for part in raw_query.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in split]


def _unique(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    query = dict(pairs)
    if len(query) != len(pairs):
        raise malformed_query("A parameter occurs more than once.")
    return query


def _parse(query: Mapping[str, str]) -> _Parameters:
    missing = sorted(_PARAMETERS - query.keys())
    if missing:
        raise malformed_query(f"Missing: {', '.join(missing)}.")
    if query["X-Goog-Algorithm"] != ALGORITHM:
        raise malformed_query(f"X-Goog-Algorithm must be {ALGORITHM}.")
    scope = _SCOPE.fullmatch(query["X-Goog-Credential"])
    if scope is None:
        raise malformed_query(
            "X-Goog-Credential must be EMAIL/DATE/LOCATION/storage/goog4_request."
        )
    signed_at = _signed_at(query["X-Goog-Date"])
    if scope["day"] != query["X-Goog-Date"][:8]:
        raise malformed_query("X-Goog-Credential and X-Goog-Date name different days.")
    if _HEADER_NAMES.fullmatch(query["X-Goog-SignedHeaders"]) is None:
        raise malformed_query("X-Goog-SignedHeaders must be lower-case names joined by ;.")
    return _Parameters(
        email=scope["email"],
        scope=query["X-Goog-Credential"].partition("/")[2],
        date=query["X-Goog-Date"],
        signed_headers=query["X-Goog-SignedHeaders"].split(";"),
        signature=_signature(query["X-Goog-Signature"]),
        expires_at=signed_at + _lifetime(query["X-Goog-Expires"]),
    )


def _signed_at(text: str) -> datetime:
    # strptime alone would take fewer digits.
    padded = text if _DATE.fullmatch(text) else ""
    try:
        return datetime.strptime(padded, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise malformed_query("X-Goog-Date must be YYYYMMDDTHHMMSSZ.") from error


def _lifetime(text: str) -> timedelta:
    if not (text.isascii() and text.isdigit()) or len(text) > 7:  # noqa: PLR2004 - digits of 7 days
        raise malformed_query("X-Goog-Expires must be a number of seconds.")
    lifetime = timedelta(seconds=int(text))
    if not timedelta(0) < lifetime <= MAX_LIFETIME:
        raise malformed_query("X-Goog-Expires must be between 1 and 604800 seconds.")
    return lifetime


def _signature(text: str) -> bytes:
    try:
        return binascii.unhexlify(text)
    except (binascii.Error, ValueError) as error:
        raise malformed_query("X-Goog-Signature must be hexadecimal.") from error


def _canonical_headers(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower().strip(), []).append(" ".join(value.split()))
    return {name: ",".join(values[name]) for name in sorted(values)}


def _signed_headers(names: Sequence[str], headers: Mapping[str, str]) -> dict[str, str]:
    if "host" not in names:
        raise malformed_header("host", "The host header must be among the signed headers.")
    if list(names) != sorted(set(names)):
        raise malformed_query("X-Goog-SignedHeaders must be sorted, without repetition.")
    for name in names:
        if name not in headers:
            raise malformed_header(
                name, "Header was included in signedheaders, but not in the request."
            )
    for name in headers:
        if name.startswith("x-goog-") and name not in names:
            raise malformed_header(
                name, "Header was included in the request, but not in signedheaders."
            )
    return {name: headers[name] for name in names}


def _check_time(parameters: _Parameters, now: datetime) -> None:
    signed_at = _signed_at(parameters.date)
    if signed_at > now + MAX_SKEW:
        raise Refusal(
            403,
            "RequestTimeTooSkewed",
            "forbidden",
            "The difference between the request time and the server's time is too large.",
            {"Details": f"The request is dated {signed_at.isoformat()}."},
        )
    if now >= parameters.expires_at:
        raise expired(f"Request signature expired at: {parameters.expires_at.isoformat()}")


def _canonical_request(
    request: SignedRequest, pairs: Sequence[tuple[str, str]], signed: Mapping[str, str]
) -> str:
    encoded = sorted(
        (quote(name, safe="~"), quote(value, safe="~"))
        for name, value in pairs
        if name != "X-Goog-Signature"
    )
    return "\n".join(
        (
            request.method,
            quote(unquote(request.raw_path), safe="/~"),
            "&".join(f"{name}={value}" for name, value in encoded),
            "".join(f"{name}:{value}\n" for name, value in signed.items()),
            ";".join(signed),
            signed.get("x-goog-content-sha256", "UNSIGNED-PAYLOAD"),
        )
    )


def _is_signed_by(pems: Sequence[str], signature: bytes, text: str) -> bool:
    return any(_verifies(pem, signature, text) for pem in pems)


def _verifies(pem: str, signature: bytes, text: str) -> bool:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _require_payload_hash(payload: str) -> None:
    if _PAYLOAD_HASH.fullmatch(payload) is None:
        raise malformed_header("x-goog-content-sha256", "It must be a SHA-256 in hexadecimal.")


def _mismatch(to_sign: str, canonical: str) -> Refusal:
    return Refusal(
        403,
        "SignatureDoesNotMatch",
        "forbidden",
        "Access denied.",
        {
            "Details": "The request signature we calculated does not match the signature you"
            " provided. Check your Google secret key and signing method.",
            "StringToSign": to_sign,
            "CanonicalRequest": canonical,
        },
    )
