"""Trades are written out as pandas writes them out, value by value and type by type."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.engine.records import Records

FRAMES: dict[str, dict[str, Any]] = {
    "numbers": {"a": [1, 2], "b": [1.5, np.nan], "c": [True, False]},
    "texts": {"a": pd.Series(["x", None], dtype="str"), "b": pd.Series(["x", "y"], dtype=object)},
    "dates": {
        "a": pd.to_datetime([1.0, np.nan], unit="ms", utc=True),
        "b": pd.to_datetime([1, 2], unit="ms"),
    },
    "objects": {"a": pd.Series([[{"x": np.float64(1)}], None], dtype=object)},
    "boxed": {"a": pd.Series([np.float64(1), np.int64(2)], dtype=object)},
    "extensions": {"a": pd.array([1, None], dtype="Int64"), "b": pd.Categorical([1, 2])},
    "small": {"a": np.array([1, 2], np.int8), "b": np.array([1, 2], np.float32)},
    "nothing": {"a": np.empty(0), "b": pd.Series([], dtype=object)},
}


def typed(value: Any) -> Any:
    if isinstance(value, dict):
        return [(name, typed(held)) for name, held in value.items()]
    if isinstance(value, list):
        return [typed(held) for held in value]
    return type(value), repr(value)


@pytest.mark.parametrize("columns", FRAMES.values(), ids=FRAMES)
def test_records_are_those_of_pandas(columns: dict[str, Any]) -> None:
    frame = pd.DataFrame(columns, index=range(7, 7 + len(columns["a"])))

    found = Records(frame).to_dict(orient="records")

    assert typed(found) == typed(frame.to_dict(orient="records"))


def test_anything_but_records_is_pandas_own() -> None:
    frame = pd.DataFrame({"a": [1, 2]})

    assert Records(frame).to_dict() == frame.to_dict()
    assert Records(frame).to_dict(orient="list") == frame.to_dict(orient="list")


def test_parts_of_it_are_ordinary_frames() -> None:
    records = Records(pd.DataFrame({"a": [1, 2]}))

    assert type(records[records["a"] > 1]) is pd.DataFrame
