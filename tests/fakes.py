"""Stand-ins for time, ids, sign-ins, buckets, the queue and the job, written by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt

from candlewick.accounts.google import GoogleRefused
from candlewick.accounts.models import Caller, UserId
from candlewick.assistant.models import EngineKind
from candlewick.assistant.parts import Delta, Reply
from candlewick.assistant.ports import Turn
from candlewick.backtests.models import FollowUp
from candlewick.errors import Conflict, NotFound, RateLimited, Unauthenticated, Unavailable
from candlewick.objects import SignedPut

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, **duration: float) -> datetime:
        self.time += timedelta(**duration)
        return self.time


class Counter:
    """Counts: `prefix1`, `prefix2`, and so on."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._count = prefix, 0

    def __call__(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}"


class InMemoryObjects:
    """One bucket. Signed URLs name the object and may be looked at, not fetched."""

    def __init__(self, base_url: str = "https://objects.invalid") -> None:
        self.stored: dict[str, bytes] = {}
        self.base_url = base_url
        self._generations: dict[str, int] = {}

    def read(self, name: str) -> bytes:
        if name not in self.stored:
            raise NotFound(f"There is no object named {name}.")
        return self.stored[name]

    def read_range(self, name: str, offset: int, size: int) -> bytes:
        return self.read(name)[offset : offset + size]

    def create(self, name: str, data: bytes, *, content_type: str) -> None:
        if name in self.stored:
            raise Conflict(f"The object {name} exists already.")
        self.stored[name] = data

    def replace(self, name: str, data: bytes, *, content_type: str) -> None:
        self.stored[name] = data
        self._generations[name] = self._generations.get(name, 1) + 1

    def read_generation(self, name: str) -> tuple[bytes, int]:
        return self.read(name), self._generations.get(name, 1)

    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int:
        there = self._generations.get(name, 1) if name in self.stored else 0
        if there != generation:
            raise Conflict(f"The object {name} is not of generation {generation}.")
        self.replace(name, data, content_type=content_type)
        return self._generations[name]

    def delete_prefix(self, prefix: str) -> int:
        doomed = list(self.names(prefix))
        for name in doomed:
            del self.stored[name]
        return len(doomed)

    def names(self, prefix: str) -> Iterator[str]:
        yield from sorted(name for name in self.stored if name.startswith(prefix))

    def sign_get(self, name: str, *, valid_for: timedelta, download_as: str | None = None) -> str:
        return f"{self.base_url}/{name}?as={download_as or ''}&for={valid_for.seconds}"

    def sign_create(
        self, name: str, *, valid_for: timedelta, max_bytes: int, content_type: str
    ) -> SignedPut:
        headers = {"content-type": content_type, "x-goog-if-generation-match": "0"}
        return SignedPut(url=f"{self.base_url}/{name}", headers=headers, max_bytes=max_bytes)


@dataclass
class FakeGoogle:
    """Google's token endpoint: takes each code once, and answers for one client and one nonce."""

    now: Clock
    nonce: str
    client_id: str = "candlewick.apps.googleusercontent.com"
    is_down: bool = False
    claims: dict[str, object] = field(default_factory=dict)
    used: list[dict[str, str]] = field(default_factory=list)

    def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> str:
        if self.is_down:
            raise Unavailable("Google's sign-in does not work at the moment.")
        if code in {use["code"] for use in self.used}:
            raise GoogleRefused("Google knows this sign-in no longer. Begin again.")
        self.used.append({"code": code, "verifier": verifier, "redirect_uri": redirect_uri})
        claims = {
            "iss": "https://accounts.google.com",
            "aud": self.client_id,
            "sub": "1",
            "nonce": self.nonce,
            "exp": int(self.now().timestamp()) + 3_600,
        }
        return jwt.encode(claims | self.claims, "k" * 32)


@dataclass
class RecordingQueue:
    sent: list[FollowUp] = field(default_factory=list)
    is_down: bool = False

    def send(self, follow_up: FollowUp) -> None:
        if self.is_down:
            raise Unavailable("The task queue does not answer.")
        if follow_up not in self.sent:
            self.sent.append(follow_up)


@dataclass
class RecordingJobs:
    """Remembers what was started and cancelled; `loses_replies` starts without saying so."""

    started: list[Mapping[str, str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    is_down: bool = False
    loses_replies: bool = False

    def start(self, environment: Mapping[str, str]) -> str | None:
        if self.is_down:
            raise Unavailable("Cloud Run did not start the job.")
        self.started.append(environment)
        if self.loses_replies:
            raise Unavailable("Cloud Run did not answer in time.")
        return f"execution-{len(self.started)}"

    def cancel(self, execution: str) -> None:
        if self.is_down:
            raise Unavailable("Cloud Run did not cancel the execution.")
        self.cancelled.append(execution)


class FakeSessions:
    """Firebase: a revoked or disabled user's token is found out only by `check_revoked`."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}
        self._refused: dict[str, str] = {}
        self._refused_when_checked: dict[str, str] = {}

    def sign_in(self, name: str, *, is_guest: bool = False) -> str:
        email = None if is_guest else f"{name}@example.org"
        self._callers[f"{name}-session"] = Caller(
            id=UserId(name), email=email, display_name=name.title()
        )
        return f"{name}-session"

    def expire(self, token: str) -> None:
        self._refused[token] = "Your session has expired; sign in again."

    def revoke(self, token: str) -> None:
        self._refused_when_checked[token] = "Your session was revoked; sign in again."

    def verify(self, id_token: str, *, check_revoked: bool) -> Caller:
        refused = self._refused.get(id_token)
        if check_revoked:
            refused = refused or self._refused_when_checked.get(id_token)
        if refused is not None or id_token not in self._callers:
            raise Unauthenticated(refused or "This sign-in is not valid; sign in again.")
        return self._callers[id_token]


@dataclass
class ScriptedEngine:
    """Says its `pieces`, raises those that are errors, and costs `tokens`."""

    pieces: list[Reply | Exception] = field(default_factory=lambda: [Delta(delta="Done.")])
    tokens: int = 100
    turns: list[Turn] = field(default_factory=list)
    kind: EngineKind = EngineKind.GEMINI

    def reply(self, turn: Turn) -> Iterator[Reply]:
        self.turns.append(turn)
        turn.meter.add(self.tokens)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


@dataclass
class FakeLimiter:
    """Allows everything but the actions that are `exhausted`."""

    exhausted: set[str] = field(default_factory=set)

    def check(self, owner: str, action: str = "flood") -> None:
        if action in self.exhausted:
            raise RateLimited("Too many requests; try again in 7 s.", retry_after_s=7)
