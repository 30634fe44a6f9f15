"""What a client sends to change strategies, drafts and parameter sets."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StrictStr

from api.schema import Body, Id, Name, PageQuery, Path, VersionNumber

# What a Freqtrade parameter file holds, and no number or name that a database could not keep.
ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{0,99}$")]
Parameter = (
    StrictBool
    | Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Annotated[StrictStr, Field(max_length=1_000)]
    | None
)
Parameters = dict[ParameterName, dict[ParameterName, Parameter]]
Revision = Annotated[int, Field(ge=0, le=2**53)]


class NameBody(Body):
    name: Name


class StrategyPatch(Body):
    name: Name | None = None
    is_archived: bool | None = None


class VersionBody(Body):
    code: Annotated[str, Field(min_length=1)]
    parameters: Parameters | None = None
    note: Annotated[str, Field(max_length=2_000)] = ""


class CodeBody(Body):
    code: str


class DraftBody(Body):
    """`revision` is the one that this code was written over: 0 when there was no draft."""

    code: str
    base_version: VersionNumber | None = None
    revision: Revision = 0


class ParameterSetBody(Body):
    """`parameters` as in Freqtrade's parameter file: space, then name, then value."""

    name: Name
    parameters: Parameters


class StrategyPath(Path):
    strategy_id: Id


class VersionPath(StrategyPath):
    number: VersionNumber


class ParameterSetPath(VersionPath):
    set_id: Id


class DiffPath(StrategyPath):
    older: VersionNumber
    newer: VersionNumber


class StrategiesQuery(PageQuery):
    archived: bool = False


class SeenQuery(Body):
    revision: Revision | None = None
