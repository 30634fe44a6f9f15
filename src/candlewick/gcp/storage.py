"""`ObjectStore` on Cloud Storage: create-only writes, compare-and-swap replacement, V4 signed URLs."""

import base64
import functools
from collections.abc import Iterator
from datetime import timedelta

import google_crc32c
from google.api_core import exceptions as google_errors
from google.auth.credentials import Credentials, Signing
from google.cloud.storage import Client as StorageClient

from candlewick.errors import Conflict, NotFound
from candlewick.gcp.own import signing
from candlewick.objects import SignedPut

_TIMEOUT_S = 30


class BucketStore:
    """`ObjectStore` over a Cloud Storage bucket.

    Args:
        client: made by `candlewick.gcp.own.storage_client`.
        bucket: the bucket's name; it must exist.
        identity: whoever signs the URLs, see `candlewick.gcp.own.signing`.
    """

    def __init__(self, client: StorageClient, bucket: str, identity: Credentials) -> None:
        self._client = client
        self._bucket = client.bucket(bucket)
        self._identity = identity

    @functools.cached_property
    def _signer(self) -> Signing:
        # Late: most functions sign nothing, and in the cloud this asks the metadata server.
        return signing(self._identity)

    def read(self, name: str) -> bytes:
        """Return an object's bytes; `NotFound` when there is none."""
        try:
            data: bytes = self._bucket.blob(name).download_as_bytes(timeout=_TIMEOUT_S)
        except google_errors.NotFound as error:
            raise NotFound(f"There is no object named {name}.") from error
        return data

    def read_range(self, name: str, offset: int, size: int) -> bytes:
        """Return `size` bytes of an object from `offset` on, fewer at its end; `NotFound` when there is none."""
        blob = self._bucket.blob(name)
        try:
            data: bytes = blob.download_as_bytes(
                # Without a checksum: Cloud Storage has one of whole objects only.
                start=offset,
                end=offset + size - 1,
                checksum=None,
                timeout=_TIMEOUT_S,
            )
        except google_errors.NotFound as error:
            raise NotFound(f"There is no object named {name}.") from error
        return data

    def create(self, name: str, data: bytes, *, content_type: str) -> None:
        """Write an object that does not exist yet; `Conflict` when it does."""
        blob = self._bucket.blob(name)
        try:
            blob.upload_from_string(
                data, content_type=content_type, if_generation_match=0, timeout=_TIMEOUT_S
            )
        except google_errors.PreconditionFailed as error:
            raise Conflict(f"The object {name} exists already.") from error

    def replace(self, name: str, data: bytes, *, content_type: str) -> None:
        self._bucket.blob(name).upload_from_string(
            data, content_type=content_type, timeout=_TIMEOUT_S
        )

    def read_generation(self, name: str) -> tuple[bytes, int]:
        """Return an object's bytes with the generation that they are of; `NotFound` when there is none."""
        blob = self._bucket.blob(name)
        try:
            data: bytes = blob.download_as_bytes(timeout=_TIMEOUT_S)
        except google_errors.NotFound as error:
            raise NotFound(f"There is no object named {name}.") from error
        return data, int(blob.generation)

    def generation(self, name: str) -> int:
        """Return an object's generation, 0 when there is none."""
        blob = self._bucket.get_blob(name, timeout=_TIMEOUT_S)
        return 0 if blob is None else int(blob.generation)

    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int:
        """Write over `generation` (0: over nothing) and return the new one; `Conflict` when it is another.

        A repetition after a lost answer finds its own bytes there, and succeeds.
        """
        blob = self._bucket.blob(name)
        try:
            blob.upload_from_string(
                data,
                content_type=content_type,
                if_generation_match=generation,
                timeout=_TIMEOUT_S,
                checksum="crc32c",
            )
        except google_errors.PreconditionFailed as error:
            found = self._bucket.get_blob(name, timeout=_TIMEOUT_S)
            if found is not None and found.crc32c == _crc32c(data):
                return int(found.generation)
            raise Conflict(f"The object {name} is not of generation {generation}.") from error
        return int(blob.generation)

    def delete_prefix(self, prefix: str) -> int:
        """Delete every object whose name starts with `prefix`; return how many there were."""
        blobs = list(self._client.list_blobs(self._bucket, prefix=prefix, timeout=_TIMEOUT_S))
        for blob in blobs:
            try:
                blob.delete(timeout=_TIMEOUT_S)
            except google_errors.NotFound:
                continue  # somebody else deleted it in between, which is what was wanted
        return len(blobs)

    def names(self, prefix: str) -> Iterator[str]:
        for blob in self._client.list_blobs(self._bucket, prefix=prefix, timeout=_TIMEOUT_S):
            yield blob.name

    def sign_get(self, name: str, *, valid_for: timedelta, download_as: str | None = None) -> str:
        """Return a URL that reads one object for a while."""
        disposition = None if download_as is None else f'attachment; filename="{download_as}"'
        url: str = self._bucket.blob(name).generate_signed_url(
            version="v4",
            method="GET",
            expiration=valid_for,
            credentials=self._signer,
            response_disposition=disposition,
            api_access_endpoint=self._client.api_endpoint,
        )
        return url

    def sign_create(
        self, name: str, *, valid_for: timedelta, max_bytes: int, content_type: str
    ) -> SignedPut:
        """Return a URL that creates the object once, with a bounded length."""
        headers = {
            "content-type": content_type,
            "x-goog-content-length-range": f"1,{max_bytes}",
            "x-goog-if-generation-match": "0",
        }
        url: str = self._bucket.blob(name).generate_signed_url(
            version="v4",
            method="PUT",
            expiration=valid_for,
            credentials=self._signer,
            # A copy: the library adds to it. Without `content_type=`, which would sign the header twice.
            headers=dict(headers),
            api_access_endpoint=self._client.api_endpoint,
        )
        return SignedPut(url=url, headers=headers, max_bytes=max_bytes)


def _crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()
