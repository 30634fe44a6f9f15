"""Objects in a bucket, as services see them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPut:
    """A URL that creates one object once, with the headers that must be sent to it."""

    url: str
    headers: dict[str, str]
    max_bytes: int


class ObjectStore(Protocol):
    """One bucket, as the services see it."""

    def read(self, name: str) -> bytes: ...
    def read_range(self, name: str, offset: int, size: int) -> bytes: ...
    def create(self, name: str, data: bytes, *, content_type: str) -> None: ...
    def replace(self, name: str, data: bytes, *, content_type: str) -> None: ...
    def read_generation(self, name: str) -> tuple[bytes, int]: ...
    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int: ...
    def delete_prefix(self, prefix: str) -> int: ...
    def names(self, prefix: str) -> Iterator[str]: ...
    def sign_get(
        self, name: str, *, valid_for: timedelta, download_as: str | None = None
    ) -> str: ...
    def sign_create(
        self, name: str, *, valid_for: timedelta, max_bytes: int, content_type: str
    ) -> SignedPut: ...


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class ObjectHolding:
    """A user's objects in one bucket, where every name starts with the owner's id."""

    objects: ObjectStore

    def export(self, owner: str) -> dict[str, object]:
        return {"objects": list(self.objects.names(f"{owner}/"))}

    def erase(self, owner: str) -> None:
        self.objects.delete_prefix(f"{owner}/")
