"""Makes a new revision visible: its objects first, then the manifest, then `current.json`, all at once or not at all.

Whoever publishes names the generation of `current.json` that it has read. When another was quicker, it reads again and
works its change into what the other has made, so that nobody's files are lost.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from candlewick.errors import Conflict, NotFound, Unavailable
from candlewick.market_data.manifest import CandleFile, Manifest, StoredObject, files_by_name
from candlewick.objects import ObjectStore, sha256_hex

JSON: Final = "application/json"
FEATHER: Final = "application/vnd.apache.arrow.file"
# Each conflict is somebody else's success: this many in a row mean that something else is wrong.
_TRIES: Final = 50

# Works a change into what the exchange has now; `None` when there is nothing yet.
Change = Callable[[Manifest | None], Manifest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What readers find from now on."""

    manifest: Manifest
    revision: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    manifest: Manifest | None
    revision: str
    generation: int


def current_manifest(store: ObjectStore, exchange: str) -> Manifest | None:
    return _known(store, exchange).manifest


def read_manifest(store: ObjectStore, exchange: str, revision: str) -> Manifest:
    """Return a revision; `NotFound` when there is none such."""
    data = store.read(f"{exchange}/manifests/{revision}.json")
    return Manifest.model_validate_json(data)


def read_pointer(store: ObjectStore, name: str) -> tuple[str, int]:
    """Return the revision that an object points to, with the object's generation; `NotFound` when there is none."""
    data, generation = store.read_generation(name)
    revision: str = json.loads(data)["revision"]
    return revision, generation


def newest_revision(store: ObjectStore, exchange: str) -> str:
    """Return what readers find now; `NotFound`, in words for users, when the exchange has no candles."""
    try:
        revision, _ = read_pointer(store, _pointer(exchange))
    except NotFound as error:
        raise NotFound(f"There are no candles of an exchange {exchange}.") from error
    return revision


def with_files(previous: Manifest | None, files: Mapping[str, CandleFile]) -> list[CandleFile]:
    """Return a revision's files with others beside them; the same name replaces."""
    both = {**files_by_name(previous), **files}
    return sorted(both.values(), key=lambda file: file.file_name)


def known_markets(store: ObjectStore, previous: Manifest | None) -> dict[str, Any]:
    """Return the market structures of a revision, by symbol."""
    if previous is None:
        return {}
    found: dict[str, Any] = json.loads(store.read(previous.markets.object_name))
    return found


def publish(store: ObjectStore, exchange: str, change: Change) -> Published:
    """Publish a change; what it makes must name only objects that are stored. It may be called more than once."""
    for _ in range(_TRIES):
        known = _known(store, exchange)
        manifest = change(known.manifest)
        if known.manifest is not None and _is_same(manifest, known.manifest):
            return Published(manifest=known.manifest, revision=known.revision, changed=False)
        data = manifest.model_dump_json(by_alias=True).encode()
        revision = sha256_hex(data)
        create(store, f"{exchange}/manifests/{revision}.json", data, JSON)
        try:
            store.replace_generation(
                _pointer(exchange),
                json.dumps({"revision": revision}).encode(),
                content_type=JSON,
                generation=known.generation,
            )
        except Conflict:
            continue
        return Published(manifest=manifest, revision=revision, changed=True)
    raise Unavailable(f"Others keep publishing candles of {exchange}. Please try again later.")


def create(store: ObjectStore, name: str, data: bytes, content_type: str) -> bool:
    """Store an object named by its content; `False` when it is there already."""
    try:
        store.create(name, data, content_type=content_type)
    except Conflict:
        return False
    return True


def store_json(store: ObjectStore, prefix: str, content: dict[str, Any]) -> StoredObject:
    """Store a document under the hash of its content."""
    data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    digest = sha256_hex(data)
    name = f"{prefix}/{digest}.json"
    create(store, name, data, JSON)
    return StoredObject(object_name=name, sha256=digest, size_bytes=len(data))


def candle_object(exchange: str, digest: str, file_name: str) -> str:
    return f"{exchange}/candles/{digest}/{file_name.removeprefix('futures/')}"


def raw_object(exchange: str, digest: str, file_name: str) -> str:
    """Return where a file lies as it was downloaded."""
    return f"{exchange}/raw/{digest}/{file_name.removeprefix('futures/')}"


def _known(store: ObjectStore, exchange: str) -> _Known:
    try:
        revision, generation = read_pointer(store, _pointer(exchange))
    except NotFound:
        return _Known(manifest=None, revision="", generation=0)
    manifest = read_manifest(store, exchange, revision)
    return _Known(manifest=manifest, revision=revision, generation=generation)


def _is_same(made: Manifest, there: Manifest) -> bool:
    return made == there.model_copy(update={"created_at": made.created_at})


def _pointer(exchange: str) -> str:
    return f"{exchange}/current.json"
