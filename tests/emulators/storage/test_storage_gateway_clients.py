"""Google's own client through the gateway: identities, preconditions, all ways of uploading."""

import io
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from google.api_core.exceptions import Forbidden, PreconditionFailed
from google.cloud.storage import Client

from candlewick.errors import Conflict, NotFound
from candlewick.gcp.storage import BucketStore
from tests.emulators.storage.servers import BUCKETS, StorageServers, running

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("storage")]

TEXT = "text/plain"


@pytest.fixture
def client(servers: StorageServers) -> Iterator[Client]:
    with closing(servers.client("functions-backtests")) as found:
        yield found


@pytest.fixture
def store(servers: StorageServers, client: Client) -> BucketStore:
    return BucketStore(client, "candlewick-code", servers.credentials("functions-backtests"))


def test_what_is_created_is_read_listed_and_deleted(store: BucketStore) -> None:
    store.create("plain/a b~é.py", b"one", content_type=TEXT)
    store.create("plain/c.py", b"two", content_type=TEXT)

    assert store.read("plain/a b~é.py") == b"one"
    assert sorted(store.names("plain/")) == ["plain/a b~é.py", "plain/c.py"]
    assert store.delete_prefix("plain/") == 2
    with pytest.raises(NotFound):
        store.read("plain/c.py")


def test_a_range_of_an_object_is_read_by_the_client_and_by_signed_url(store: BucketStore) -> None:
    store.create("ranged", b"0123456789", content_type=TEXT)
    get = store.sign_get("ranged", valid_for=timedelta(minutes=5))
    part = requests.get(get, headers={"Range": "bytes=2-4"}, timeout=10)

    assert store.read_range("ranged", 2, 3) == b"234"
    assert store.read_range("ranged", 8, 20) == b"89"
    assert (part.status_code, part.content) == (206, b"234")
    with pytest.raises(NotFound):
        store.read_range("no such object", 0, 1)


def test_an_object_is_created_once(store: BucketStore) -> None:
    store.create("once", b"one", content_type=TEXT)

    with pytest.raises(Conflict):
        store.create("once", b"two", content_type=TEXT)
    store.replace("once", b"three", content_type=TEXT)

    assert store.read("once") == b"three"


def test_of_parallel_creates_by_the_client_exactly_one_succeeds(store: BucketStore) -> None:
    def create(index: int) -> bool:
        try:
            store.create("race", str(index).encode(), content_type=TEXT)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        succeeded = [index for index, won in enumerate(pool.map(create, range(20))) if won]

    assert [store.read("race").decode()] == [str(index) for index in succeeded]


def test_its_signed_urls_read_and_create(store: BucketStore) -> None:
    put = store.sign_create(
        "signed.zip", valid_for=timedelta(minutes=5), max_bytes=10, content_type="application/zip"
    )
    created = requests.put(put.url, b"zip", headers=put.headers, timeout=10)
    again = requests.put(put.url, b"zip", headers=put.headers, timeout=10)
    get = store.sign_get("signed.zip", valid_for=timedelta(minutes=5), download_as="result.zip")
    read = requests.get(get, timeout=10)

    assert (created.status_code, again.status_code) == (200, 412)
    assert (read.content, read.headers["Content-Type"]) == (b"zip", "application/zip")
    assert read.headers["Content-Disposition"] == 'attachment; filename="result.zip"'


def test_an_upload_in_pieces_arrives_whole_and_keeps_its_condition(client: Client) -> None:
    content = b"0123456789" * 60_000
    blob = client.bucket("candlewick-code").blob("pieces", chunk_size=256 * 1024)

    blob.upload_from_file(io.BytesIO(content), content_type=TEXT, if_generation_match=0)

    assert blob.download_as_bytes() == content
    with pytest.raises(PreconditionFailed):
        blob.upload_from_file(io.BytesIO(b"x"), content_type=TEXT, if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        blob.delete(if_generation_match=1)


def test_of_two_uploads_in_pieces_the_one_that_ends_later_fails(
    client: Client, servers: StorageServers
) -> None:
    blob = client.bucket("candlewick-code").blob("two-sessions")
    sessions = [blob.create_resumable_upload_session(if_generation_match=0) for _ in range(2)]

    statuses = [requests.put(session, b"x", timeout=10).status_code for session in sessions]

    assert statuses == [200, 412]
    assert all(session.startswith(servers.url) for session in sessions)


def test_metadata_names_the_gateway_and_no_server_behind_it(
    client: Client, servers: StorageServers
) -> None:
    blob = client.bucket("candlewick-code").blob("metadata")
    blob.metadata = {"owner": "me"}
    blob.upload_from_string(b"x", content_type=TEXT)
    listed = next(iter(client.list_blobs("candlewick-code", prefix="metadata")))

    assert blob.media_link.startswith(f"{servers.url}/download/")
    assert listed.media_link.startswith(f"{servers.url}/download/")
    assert (listed.metadata, listed.size) == ({"owner": "me"}, 1)


def test_a_broken_upload_is_refused(servers: StorageServers, client: Client) -> None:
    head = {
        "Authorization": f"Bearer {_token(client)}",
        "Content-Type": "multipart/related; boundary=b",
    }
    body = (
        b'--b\r\n\r\n{"name": "broken", "crc32c": "AAAAAA=="}\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--b--"
    )
    url = f"{servers.url}/upload/storage/v1/b/candlewick-code/o?uploadType=multipart"

    reply = requests.post(url, body, headers=head, timeout=10)

    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 400)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/storage/v1/b?project=p"),
        ("GET", "/storage/v1/b/candlewick-code/o"),
        ("GET", "/storage/v1/b/candlewick-code/o/x?alt=media"),
        ("GET", "/download/storage/v1/b/candlewick-code/o/x?alt=media"),
        ("DELETE", "/storage/v1/b/candlewick-code/o/x"),
        ("POST", "/upload/storage/v1/b/candlewick-code/o?uploadType=media&name=x"),
    ],
)
@pytest.mark.parametrize("token", [None, "Bearer forged", "Bearer ya29.forged", "Basic b3c6"])
def test_without_an_access_token_nothing_is_done(
    servers: StorageServers, method: str, path: str, token: str | None
) -> None:
    headers = {} if token is None else {"Authorization": token}

    reply = requests.request(method, servers.url + path, headers=headers, timeout=10)

    assert (reply.status_code, reply.json()["error"]["code"]) == (401, 401)


@pytest.mark.parametrize("bucket", BUCKETS)
def test_the_jobs_identity_opens_nothing(servers: StorageServers, bucket: str) -> None:
    with closing(servers.client("backtest-job")) as job:
        with pytest.raises(Forbidden):
            job.bucket(bucket).blob("x").download_as_bytes()
        with pytest.raises(Forbidden):
            list(job.list_blobs(bucket))
        with pytest.raises(Forbidden):
            job.bucket(bucket).blob("x").upload_from_string(b"x")


def test_functions_make_no_buckets(client: Client) -> None:
    with pytest.raises(Forbidden):
        client.create_bucket("candlewick-mine")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/batch/storage/v1"),
        ("GET", "/storage/v1/b/candlewick-code/iam"),
        ("POST", "/storage/v1/b/candlewick-code/o/x/rewriteTo/b/candlewick-results/o/x"),
        ("DELETE", "/storage/v1/b/candlewick-code"),
    ],
)
def test_what_is_not_checked_is_not_passed_on(
    servers: StorageServers, client: Client, method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {_token(client)}"}

    reply = requests.request(method, servers.url + path, headers=headers, timeout=10)

    assert reply.status_code == 501


def test_objects_and_access_tokens_outlive_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as before, closing(before.client("operator")) as client:
        bucket = client.create_bucket("candlewick-code")
        bucket.blob("kept/a.py").upload_from_string(b"kept", content_type=TEXT)
        generation = bucket.get_blob("kept/a.py").generation
        key = before.key_file("operator").read_text()

    with running(tmp_path) as after, closing(after.client("operator")) as client:
        blob = client.bucket("candlewick-code").get_blob("kept/a.py")
        content = blob.download_as_bytes()

    assert (content, blob.generation, blob.content_type) == (b"kept", generation, TEXT)
    assert after.key_file("operator").read_text().count(key.split("\\n")[1]) == 1


def test_a_policy_with_an_unknown_role_is_an_error(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"bindings": [{"role": "all", "members": ["*"], "bucket": "*"}]}')
    command = [sys.executable, "-m", "emulators.storage_gateway", "--port", "1", "--backend", "x"]

    done = subprocess.run(
        [*command, "--identity", "x", "--policy", str(policy)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "unknown role all" in done.stderr


def _token(client: Client) -> str:
    credentials = client._credentials
    if not credentials.valid:
        list(client.list_blobs("candlewick-code", max_results=1))
    return str(credentials.token)
