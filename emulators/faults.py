"""Faults that an emulator commits on request: by chance (seeded) or the next so many times."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import grpc


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """When one fault happens, and its particulars; which of these matter, the emulator's help says.

    Attributes:
        probability: of each occasion, 0 to 1.
        next: how many of the coming occasions, for certain.
        seconds: a delay.
        status: the gRPC status that a call ends with.
        attempts: how many attempts of one piece of work are hit.
    """

    probability: float = 0.0
    next: int = 0
    seconds: float = 0.0
    status: str = ""
    attempts: int = 1

    def status_code(self) -> grpc.StatusCode:
        return grpc.StatusCode[self.status]


class Faults:
    """The faults of one emulator.

    Args:
        known: every fault that the emulator can commit, with the particulars that hold unless others are given.
        seed: of the dice.
    """

    def __init__(self, known: Mapping[str, Fault], seed: int = 0) -> None:
        self._known = dict(known)
        self._active: dict[str, Fault] = {}
        self._fired = dict.fromkeys(known, 0)
        self._seed = seed
        self._dice = _dice(seed)

    def replace(self, wanted: Mapping[str, Any]) -> None:
        """Put these faults in the place of all present ones; `ValueError` when one makes no sense.

        Args:
            wanted: particulars by the fault's name, and optionally `seed`.
        """
        seed = wanted.get("seed", self._seed)
        if not isinstance(seed, int):
            raise ValueError("The seed must be a whole number.")  # noqa: TRY004 - one kind of refusal
        active = {name: self._read(name, wanted[name]) for name in wanted if name != "seed"}
        self._active, self._seed, self._dice = active, seed, _dice(seed)

    def take(self, name: str) -> Fault | None:
        """Return the fault if it happens on this occasion."""
        fault = self._active.get(name)
        if fault is None:
            return None
        if fault.next > 0:
            self._active[name] = replace(fault, next=fault.next - 1)
        elif self._dice.random() >= fault.probability:
            return None
        self._fired[name] += 1
        return fault

    def describe(self) -> dict[str, Any]:
        """Return the present faults, how often each has happened, and the seed."""
        faults = {
            name: asdict(self._active.get(name, default)) | {"fired": self._fired[name]}
            for name, default in self._known.items()
        }
        return faults | {"seed": self._seed}

    def _read(self, name: str, values: Any) -> Fault:
        if name not in self._known:
            raise ValueError(f"There is no fault {name!r}; known: {', '.join(self._known)}.")
        if not isinstance(values, Mapping):
            raise ValueError(f"{name}: give an object such as {{'next': 1}}.")  # noqa: TRY004
        allowed = {field.name: type(field.default) for field in fields(Fault)}
        for key, value in values.items():
            if key not in allowed:
                raise ValueError(f"{name}: {key!r} is not one of {', '.join(allowed)}.")
            _check(name, key, value, allowed[key])
        fault = replace(self._known[name], **values)
        if fault.next == 0 and fault.probability == 0:
            raise ValueError(f"{name}: say when, with 'next' or 'probability'.")
        return fault


def parse_flag(text: str) -> tuple[str, dict[str, Any]]:
    """Read `NAME:key=value,…`, the form that the command line takes."""
    name, _, rest = text.partition(":")
    kinds: dict[str, type] = {field.name: type(field.default) for field in fields(Fault)}
    values: dict[str, Any] = {}
    for pair in filter(None, rest.split(",")):
        key, _, value = pair.partition("=")
        if key not in kinds:
            raise ValueError(f"{name}: {key!r} is not one of {', '.join(kinds)}.")
        try:
            values[key] = kinds[key](value)
        except ValueError as error:
            raise ValueError(f"{name}: {key} cannot be {value!r}.") from error
    return name, values


def _check(name: str, key: str, value: Any, kind: type) -> None:
    accepted: tuple[type, ...] = (int, float) if kind is float else (kind,)
    if type(value) not in accepted:
        raise ValueError(f"{name}: {key} must be of type {kind.__name__}.")
    if kind is not str and float(value) < 0:
        raise ValueError(f"{name}: {key} must not be negative.")
    if key == "probability" and float(value) > 1:
        raise ValueError(f"{name}: probability must be between 0 and 1.")
    if key == "status" and value not in grpc.StatusCode.__members__:
        raise ValueError(f"{name}: {value!r} is no gRPC status code.")


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - faults must be repeatable, not unpredictable
