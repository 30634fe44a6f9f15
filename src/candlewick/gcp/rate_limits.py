"""Token buckets per caller and action: a cheap one in the instance, a shared one in Firestore."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.errors import RateLimited
from candlewick.gcp.transactions import run_transaction

_MAX_LOCAL_BUCKETS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many calls at once, and how many a second for ever."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    tokens: float
    at: datetime

    def take(self, allowance: Allowance, now: datetime) -> "Bucket":
        """Return the bucket with one token less; `RateLimited` when it is empty."""
        elapsed = max(0.0, (now - self.at).total_seconds())
        tokens = min(float(allowance.burst), self.tokens + elapsed * allowance.per_second)
        if tokens < 1:
            wait = max(1, math.ceil((1 - tokens) / allowance.per_second))
            raise RateLimited(f"Too many requests; try again in {wait} s.", retry_after_s=wait)
        return Bucket(tokens=tokens - 1, at=now)


@dataclass(kw_only=True)
class LocalLimiter:
    """Keeps a flood away from the database; every instance has its own."""

    allowance: Allowance
    now: Callable[[], datetime]
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, key: str) -> None:
        now = self.now()
        with self._lock:
            if len(self._buckets) >= _MAX_LOCAL_BUCKETS:
                self._buckets.clear()  # forgetting is generous for a moment; growing would not end
            bucket = self._buckets.get(key, Bucket(tokens=self.allowance.burst, at=now))
            self._buckets[key] = bucket.take(self.allowance, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirestoreLimiter:
    """Shared by all instances: for actions that cost money."""

    client: firestore.Client
    allowances: dict[str, Allowance]
    now: Callable[[], datetime]

    def check(self, owner: UserId, action: str) -> None:
        allowance, now = self.allowances[action], self.now()
        reference = self.client.document("users", owner, "rateLimits", action)

        def work(transaction: firestore.Transaction) -> None:
            stored = reference.get(transaction=transaction).to_dict() or {}
            bucket = Bucket(
                tokens=stored.get("tokens", float(allowance.burst)), at=stored.get("at", now)
            )
            taken = bucket.take(allowance, now)
            transaction.set(reference, {"tokens": taken.tokens, "at": taken.at})

        run_transaction(self.client, work, lane=owner)
