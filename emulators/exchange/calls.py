"""One request as the exchange sees it, with its parameters read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from emulators.exchange.refusals import Refusal, illegal, missing

_Choice = TypeVar("_Choice", bound=StrEnum)

_DECIMAL: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_WHOLE: Final = r"^[0-9]{1,20}$"
_SIGNATURE: Final = re.compile(r"(?:^|&)signature=[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request; `signed` is what its signature must cover."""

    method: str
    path: str
    parameters: Mapping[str, str]
    signed: str
    api_key: str
    address: str

    def text(self, name: str) -> str | None:
        """Return a parameter, `None` when it was not sent or is empty."""
        return self.parameters.get(name) or None

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def decimal(self, name: str) -> Decimal | None:
        value = self.text(name)
        if value is None:
            return None
        if not re.match(_DECIMAL, value):
            raise illegal(name, _DECIMAL)
        return Decimal(value)

    def whole(self, name: str) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if not re.match(_WHOLE, value):
            raise illegal(name, _WHOLE)
        return int(value)

    def limit(self, default: int, largest: int) -> int:
        """Return how many rows are wanted."""
        wanted = self.whole("limit")
        if wanted == 0:
            raise Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(default if wanted is None else wanted, largest)


def read_call(  # noqa: PLR0913 (the parts of a request)
    *, method: str, path: str, query: str, body: str, api_key: str, address: str
) -> Call:
    """Put a request's parts together: parameters may be in the query, the body, or both."""
    parameters: dict[str, str] = {}
    for part in (query, body):
        for name, value in parse_qsl(part, keep_blank_values=True):
            if name in parameters:
                raise Refusal(-1101, f"Too many values sent for parameter '{name}'.")
            parameters[name] = value
    return Call(
        method=method,
        path=path,
        parameters=parameters,
        signed=_SIGNATURE.sub("", query) + _SIGNATURE.sub("", body),
        api_key=api_key,
        address=address,
    )


def choice(kind: type[_Choice], value: str, refusal: Refusal) -> _Choice:
    """Read one of a few words, or raise."""
    try:
        return kind(value)
    except ValueError:
        raise refusal from None
