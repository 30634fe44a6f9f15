"""Signed uploads and downloads: conditions, lengths, digests, headers."""

import base64
import contextlib
import gzip
import hashlib
import http.client
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from tests.emulators.storage.servers import ORIGIN, StorageServers
from tests.emulators.storage.signing import SIGNER, Terms, code_of, put_object, signed

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("storage")]

CREATE_ONLY = {"x-goog-if-generation-match": "0"}


def _put(
    servers: StorageServers,
    name: str,
    content: bytes,
    headers: Mapping[str, str],
    account: str = SIGNER,
) -> requests.Response:
    url = signed(servers, "PUT", name, Terms(headers=headers, account=account))
    return requests.put(url, content, headers=dict(headers), timeout=20)


def _get(servers: StorageServers, name: str, **headers: str) -> requests.Response:
    return requests.get(signed(servers, "GET", name), headers=headers, timeout=10)


def test_a_second_create_fails_and_changes_nothing(servers: StorageServers) -> None:
    first = _put(servers, "create/twice", b"first", CREATE_ONLY)
    second = _put(servers, "create/twice", b"second", CREATE_ONLY)

    assert first.status_code == 200
    assert (second.status_code, code_of(second)) == (412, "PreconditionFailed")
    assert _get(servers, "create/twice").content == b"first"


def test_of_fifty_parallel_creates_exactly_one_succeeds(servers: StorageServers) -> None:
    url = urlsplit(signed(servers, "PUT", "create/race", Terms(headers=CREATE_ONLY)))
    bodies = [f"body {index}".encode() for index in range(50)]
    all_connected = threading.Barrier(len(bodies))

    def create(body: bytes) -> int:
        connection = http.client.HTTPConnection(url.netloc, timeout=20)
        with contextlib.closing(connection):
            connection.connect()
            all_connected.wait()
            connection.request("PUT", f"{url.path}?{url.query}", body, CREATE_ONLY)
            return connection.getresponse().status

    with ThreadPoolExecutor(len(bodies)) as pool:
        statuses = list(pool.map(create, bodies))

    assert (statuses.count(200), statuses.count(412)) == (1, 49)
    assert _get(servers, "create/race").content == bodies[statuses.index(200)]


def test_a_generation_that_is_no_longer_live_is_not_replaced(servers: StorageServers) -> None:
    generation = _put(servers, "swap", b"one", {}).headers["x-goog-generation"]

    swapped = _put(servers, "swap", b"two", {"x-goog-if-generation-match": generation})
    late = _put(servers, "swap", b"three", {"x-goog-if-generation-match": generation})

    assert (swapped.status_code, late.status_code) == (200, 412)
    assert _get(servers, "swap").content == b"two"


@pytest.mark.parametrize(("size", "status"), [(4, 400), (5, 200), (10, 200), (11, 400)])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_length_must_be_in_its_range(
    servers: StorageServers, size: int, status: int, *, chunked: bool
) -> None:
    headers = {"x-goog-content-length-range": "5,10"}
    name = f"length/{size}-{chunked}"

    def pieces() -> Iterator[bytes]:
        yield from (b"x" for _ in range(size))

    url = signed(servers, "PUT", name, Terms(headers=headers))
    reply = requests.put(
        url, pieces() if chunked else b"x" * size, headers=dict(headers), timeout=10
    )

    expected = {200: "", 400: "EntityTooLarge" if size > 10 else "EntityTooSmall"}
    assert (reply.status_code, code_of(reply)) == (status, expected[status])
    assert _get(servers, name).status_code == (200 if status == 200 else 404)


def test_a_body_far_beyond_its_range_gets_an_answer(servers: StorageServers) -> None:
    headers = {"x-goog-content-length-range": "1,10"}

    reply = _put(servers, "length/huge", b"x" * 30_000_000, headers)

    assert (reply.status_code, code_of(reply)) == (400, "EntityTooLarge")


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"content-md5": _md5(b"right")}, {"content-md5": _md5(b"wrong")}),
        ({"x-goog-hash": f"md5={_md5(b'right')}"}, {"x-goog-hash": f"md5={_md5(b'wrong')}"}),
        ({"x-goog-hash": "crc32c=OFKvfQ=="}, {"x-goog-hash": "crc32c=AAAAAA=="}),
        (
            {"x-goog-content-sha256": hashlib.sha256(b"right").hexdigest()},
            {"x-goog-content-sha256": hashlib.sha256(b"wrong").hexdigest()},
        ),
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_body_with_another_digest_is_not_stored(
    servers: StorageServers, right: dict[str, str], wrong: dict[str, str]
) -> None:
    name = f"digest/{next(iter(right))}-{hash(str(right))}"

    refused = _put(servers, name, b"right", wrong)
    after_refusal = _get(servers, name)
    accepted = _put(servers, name, b"right", right)

    assert (refused.status_code, code_of(refused)) == (400, "BadDigest")
    assert after_refusal.status_code == 404
    assert accepted.status_code == 200


def test_who_may_only_create_may_not_replace_or_read(servers: StorageServers) -> None:
    created = _put(servers, "creator/x", b"one", {}, account="creator")
    replaced = _put(servers, "creator/x", b"two", {}, account="creator")
    read = requests.get(signed(servers, "GET", "creator/x", Terms(account="creator")), timeout=10)

    assert (created.status_code, replaced.status_code, read.status_code) == (200, 403, 403)


def test_a_download_has_the_name_and_type_that_were_signed(servers: StorageServers) -> None:
    put_object(servers, "download", b"a,b\n")
    overrides = {
        "response-content-disposition": 'attachment; filename="trades.csv"',
        "response-content-type": "text/csv",
    }

    reply = requests.get(signed(servers, "GET", "download", Terms(query=overrides)), timeout=10)

    assert reply.headers["Content-Disposition"] == 'attachment; filename="trades.csv"'
    assert reply.headers["Content-Type"] == "text/csv"


def test_a_range_is_served(servers: StorageServers) -> None:
    put_object(servers, "range", b"0123456789")

    reply = _get(servers, "range", Range="bytes=2-4")

    assert (reply.status_code, reply.content) == (206, b"234")


def test_an_unchanged_object_is_not_sent_again(servers: StorageServers) -> None:
    put_object(servers, "etag", b"0123456789")
    etag = _get(servers, "etag").headers["ETag"]

    reply = _get(servers, "etag", **{"If-None-Match": etag})

    assert (reply.status_code, reply.content) == (304, b"")


def test_head_tells_size_and_hash_without_the_body(servers: StorageServers) -> None:
    put_object(servers, "head", b"0123456789")

    reply = requests.head(signed(servers, "HEAD", "head"), timeout=10)

    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["Content-Length"] == "10"
    assert _md5(b"0123456789") in reply.headers["x-goog-hash"]


def test_packed_content_is_sent_as_it_is_or_unpacked(servers: StorageServers) -> None:
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    packed = gzip.compress(b'{"a": 1}')

    stored = _put(servers, "packed.json", packed, headers)
    as_sent = _get(servers, "packed.json", **{"Accept-Encoding": "gzip"})
    unpacked = _get(servers, "packed.json", **{"Accept-Encoding": "identity"})

    assert stored.status_code == 200
    assert as_sent.headers["Content-Encoding"] == "gzip"
    assert int(as_sent.headers["Content-Length"]) == len(packed)
    assert "Content-Encoding" not in unpacked.headers
    assert as_sent.content == unpacked.content == b'{"a": 1}'


def test_what_was_deleted_is_gone(servers: StorageServers) -> None:
    put_object(servers, "deleted", b"x")

    first = requests.delete(signed(servers, "DELETE", "deleted"), timeout=10)
    second = requests.delete(signed(servers, "DELETE", "deleted"), timeout=10)

    assert (first.status_code, second.status_code) == (204, 404)
    assert code_of(_get(servers, "deleted")) == "NoSuchKey"


def test_the_web_app_may_read_and_another_page_may_not(servers: StorageServers) -> None:
    put_object(servers, "cors", b"x")

    own = _get(servers, "cors", Origin=ORIGIN)
    other = _get(servers, "cors", Origin="http://evil.example")
    preflight = requests.options(
        signed(servers, "PUT", "cors"),
        headers={"Origin": ORIGIN, "Access-Control-Request-Headers": "content-type"},
        timeout=10,
    )

    assert own.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in other.headers
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
