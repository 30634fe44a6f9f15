"""Generation preconditions, which fake-gcs-server takes no notice of."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulators.storage_gateway.refusals import (
    invalid,
    no_such_object,
    not_modified,
    precondition_failed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """The live generation of an object."""

    generation: int
    metageneration: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """What must hold of the live generation; `None` means that it was not asked."""

    generation: int | None = None
    generation_not: int | None = None
    metageneration: int | None = None
    metageneration_not: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Preconditions":
        """Read the JSON API's parameters."""
        return cls(
            generation=_number(query, "ifGenerationMatch"),
            generation_not=_number(query, "ifGenerationNotMatch"),
            metageneration=_number(query, "ifMetagenerationMatch"),
            metageneration_not=_number(query, "ifMetagenerationNotMatch"),
        )

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Preconditions":
        """Read the XML API's headers."""
        return cls(
            generation=_number(headers, "x-goog-if-generation-match"),
            metageneration=_number(headers, "x-goog-if-metageneration-match"),
        )

    def check(self, stored: StoredObject | None) -> None:
        """Raise `PreconditionFailed` unless all hold; generation 0 means that there is no object."""
        generation = 0 if stored is None else stored.generation
        metageneration = 0 if stored is None else stored.metageneration
        holds = (
            self.generation in {None, generation}
            and self.metageneration in {None, metageneration}
            and (self.generation_not is None or self.generation_not != generation)
            and (self.metageneration_not is None or self.metageneration_not != metageneration)
        )
        if not holds:
            raise precondition_failed()

    def check_read(
        self, stored: StoredObject | None, bucket: str, name: str, generation: int | None
    ) -> StoredObject:
        """As `check`, for an object that must exist; an unwanted generation was not modified."""
        if stored is None or generation not in {None, stored.generation}:
            raise no_such_object(bucket, name)
        if self.generation_not == stored.generation:
            raise not_modified()
        self.check(stored)
        return stored


def generation_of(query: Mapping[str, str]) -> int | None:
    """Return the generation that a request names, if any."""
    return _number(query, "generation")


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise invalid(f"{name} must be a number, not {text!r}.")
    return int(text)
