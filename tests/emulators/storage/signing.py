"""Signs as Google's client library does, at any time and with any headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import requests
from google.cloud.storage._signing import generate_signed_url_v4

from tests.emulators.storage.servers import StorageServers

BUCKET = "candlewick-results"
SIGNER = "functions-backtests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is signed besides method and object."""

    bucket: str = BUCKET
    account: str = SIGNER
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    valid_for: timedelta = timedelta(minutes=5)
    signed_ago: timedelta = timedelta()


def signed(servers: StorageServers, method: str, name: str, terms: Terms | None = None) -> str:
    """Return a signed URL."""
    terms = terms or Terms()
    at = (datetime.now(UTC) - terms.signed_ago).strftime("%Y%m%dT%H%M%SZ")
    url: str = generate_signed_url_v4(
        servers.credentials(terms.account),
        f"/{terms.bucket}/{quote(name, safe='/~')}",
        terms.valid_for,
        api_access_endpoint=servers.url,
        method=method,
        headers=dict(terms.headers),
        query_parameters=dict(terms.query),
        _request_timestamp=at,
    )
    return url


def put_object(servers: StorageServers, name: str, content: bytes, bucket: str = BUCKET) -> None:
    """Store an object that a test is about to read."""
    reply = requests.put(signed(servers, "PUT", name, Terms(bucket=bucket)), content, timeout=10)
    assert reply.status_code == 200, reply.text


def code_of(reply: requests.Response) -> str:
    """Return the code in an XML error."""
    return reply.text.partition("<Code>")[2].partition("</Code>")[0]
