"""The base of every request and response model: frozen, camelCase as JSON."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response, jsonify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from candlewick.ids import ID_PATTERN

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_ALIASES = ConfigDict(
    alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, frozen=True
)


class Body(BaseModel):
    """What a client sends. Fields that nobody asked for are refused, so that a typo is not ignored."""

    model_config = ConfigDict(**_ALIASES, extra="forbid")


class Path(BaseModel):
    """The parts of a path, named as the route names them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class View(BaseModel):
    """What a client gets."""

    model_config = _ALIASES


class PageQuery(Body):
    cursor: Annotated[str | None, Field(max_length=500)] = None
    size: Annotated[int, Field(ge=1, le=100)] = 25


def _in_utc(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"name a time from {_FIRST_YEAR} to {_LAST_YEAR}")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[str, Field(pattern=ID_PATTERN)]
VersionNumber = Annotated[int, Field(ge=1, le=1_000_000)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]  # without a zone it is UTC
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]


def reply(view: View, status: int = 200) -> Response:
    response: Response = jsonify(view.model_dump(mode="json", by_alias=True))
    response.status_code = status
    return response


def no_content() -> Response:
    return Response(status=204)
