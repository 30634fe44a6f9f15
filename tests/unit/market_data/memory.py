"""A bucket in memory that counts what is written to it."""

from collections.abc import Iterator
from datetime import timedelta

from candlewick.errors import Conflict, NotFound
from candlewick.objects import SignedPut


class InMemoryObjects:
    """`ObjectStore` without a cloud."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.ranges: list[tuple[str, int, int]] = []
        self.generations: dict[str, int] = {}

    def read(self, name: str) -> bytes:
        self.reads.append(name)
        if name not in self.objects:
            raise NotFound(f"There is no object named {name}.")
        return self.objects[name]

    def read_range(self, name: str, offset: int, size: int) -> bytes:
        self.ranges.append((name, offset, size))
        return self.objects[name][offset : offset + size]

    def create(self, name: str, data: bytes, *, content_type: str) -> None:
        if name in self.objects:
            raise Conflict(f"The object {name} exists already.")
        self.replace(name, data, content_type=content_type)

    def replace(self, name: str, data: bytes, *, content_type: str) -> None:
        assert content_type
        self.writes.append(name)
        self.objects[name] = data
        self.generations[name] = self.generations.get(name, 0) + 1

    def read_generation(self, name: str) -> tuple[bytes, int]:
        return self.read(name), self.generations[name]

    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int:
        if self.generations.get(name, 0) != generation:
            raise Conflict(f"The object {name} is not of generation {generation}.")
        self.replace(name, data, content_type=content_type)
        return self.generations[name]

    def delete_prefix(self, prefix: str) -> int:
        found = list(self.names(prefix))
        for name in found:
            del self.objects[name]
        return len(found)

    def names(self, prefix: str) -> Iterator[str]:
        yield from sorted(name for name in self.objects if name.startswith(prefix))

    def sign_get(self, name: str, *, valid_for: timedelta, download_as: str | None = None) -> str:
        return f"memory:{name}?{valid_for}&{download_as}"

    def sign_create(
        self, name: str, *, valid_for: timedelta, max_bytes: int, content_type: str
    ) -> SignedPut:
        headers = {"content-type": content_type}
        return SignedPut(url=f"memory:{name}?{valid_for}", headers=headers, max_bytes=max_bytes)
