"""Cloud Storage: created once, signed for once, and nothing that was not signed."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from candlewick.errors import Conflict
from candlewick.gcp.storage import BucketStore

pytestmark = pytest.mark.emulator
FOR = timedelta(minutes=5)
ZIP, TEXT = "application/zip", "text/plain"


@pytest.fixture
def name() -> str:
    return f"contract/{uuid.uuid4().hex}/a b~é.zip"


def test_of_parallel_creates_exactly_one_succeeds(objects: BucketStore, name: str) -> None:
    def create(number: int) -> bool:
        try:
            objects.create(name, str(number).encode(), content_type=TEXT)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, created in enumerate(pool.map(create, range(8))) if created]

    assert [objects.read(name).decode()] == [str(number) for number in won]


def test_of_parallel_replacements_of_a_generation_exactly_one_succeeds(
    objects: BucketStore, name: str
) -> None:
    objects.create(name, b"first", content_type=TEXT)
    _, generation = objects.read_generation(name)

    def replace(number: int) -> bool:
        data = str(number).encode()
        try:
            objects.replace_generation(name, data, content_type=TEXT, generation=generation)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, replaced in enumerate(pool.map(replace, range(8))) if replaced]

    data, newer = objects.read_generation(name)
    assert [data.decode()] == [str(number) for number in won]
    assert newer != generation


def test_generation_zero_is_written_over_nothing(objects: BucketStore, name: str) -> None:
    objects.replace_generation(name, b"first", content_type=TEXT, generation=0)

    with pytest.raises(Conflict):
        objects.replace_generation(name, b"second", content_type=TEXT, generation=0)

    assert objects.read(name) == b"first"


def test_a_signed_upload_creates_once(objects: BucketStore, name: str) -> None:
    put = objects.sign_create(name, valid_for=FOR, max_bytes=10, content_type=ZIP)

    first, second = (
        requests.put(put.url, b"zip", headers=put.headers, timeout=30) for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (200, 412)
    assert objects.read(name) == b"zip"


def test_a_signed_upload_is_refused_when_it_is_too_long(objects: BucketStore, name: str) -> None:
    put = objects.sign_create(name, valid_for=FOR, max_bytes=3, content_type=ZIP)

    long = requests.put(put.url, b"four", headers=put.headers, timeout=30)

    assert long.status_code == 400


@pytest.mark.parametrize(
    "left_out", ["x-goog-if-generation-match", "x-goog-content-length-range", "content-type"]
)
def test_a_signed_header_must_be_sent(objects: BucketStore, name: str, left_out: str) -> None:
    put = objects.sign_create(name, valid_for=FOR, max_bytes=10, content_type=ZIP)
    headers = {key: value for key, value in put.headers.items() if key != left_out}

    assert requests.put(put.url, b"zip", headers=headers, timeout=30).status_code in {400, 403}


def test_a_signed_download_reads_one_object_under_its_name(objects: BucketStore, name: str) -> None:
    objects.create(name, b"zip", content_type=ZIP)
    url = objects.sign_get(name, valid_for=FOR, download_as="result.zip")

    read = requests.get(url, timeout=30)
    changed = requests.get(url.replace("result.zip", "other.zip"), timeout=30)
    deleted = requests.delete(url, timeout=30)

    assert read.content == b"zip"
    assert read.headers["Content-Disposition"] == 'attachment; filename="result.zip"'
    assert (changed.status_code, deleted.status_code) == (403, 403)
