"""Makes a new revision visible: its objects first, then the manifest, then `current.json`, all at once or not at all.

Whoever publishes names the generation of `current.json` that it has read. When another was quicker, it reads again and
works its change into what the other has made, so that nobody's files are lost.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from candlewick.errors import Conflict, NotFound, Unavailable
from candlewick.market_data.manifest import Manifest, StoredObject
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
        pointer, generation = store.read_generation(_pointer(exchange))
    except NotFound:
        return _Known(manifest=None, revision="", generation=0)
    revision: str = json.loads(pointer)["revision"]
    data = store.read(f"{exchange}/manifests/{revision}.json")
    return _Known(
        manifest=Manifest.model_validate_json(data), revision=revision, generation=generation
    )


def _is_same(made: Manifest, there: Manifest) -> bool:
    return made == there.model_copy(update={"created_at": made.created_at})


def _pointer(exchange: str) -> str:
    return f"{exchange}/current.json"
