"""What all parts of a spec have in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StringConstraints

NAME_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
TIMEFRAMES = (
    "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w",
)  # fmt: skip

Timeframe = Literal[
    "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"
]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=20)]
FrameName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=16)]
Ratio = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]


class Part(BaseModel):
    """A part of a spec: frozen, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ParameterUse(Part):
    """A parameter in the place of a number."""

    kind: Literal["parameter"] = "parameter"
    name: Name


Plain = StrictInt | StrictFloat
Number = Plain | ParameterUse


class CodeBlock(Part):
    """Code that the grammar does not know, kept as it is in its place."""

    kind: Literal["code"] = "code"
    code: Code
