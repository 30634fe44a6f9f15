"""The tools as a model is told of them. What they do is in `tools`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    name: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
        }


DECLARATIONS = (
    Declaration(
        name="look_up_indicators",
        description="Find indicators by name or meaning: settings with ranges, outputs, warm-up, what they say.",
        properties={"query": {**_STRING, "description": "words, such as 'volatility bands'"}},
        required=("query",),
    ),
    Declaration(
        name="propose_strategy",
        description="Show the user a strategy, new or changed. It is checked first; problems come back for correction.",
        properties={
            "spec": {**_STRING, "description": "the whole spec as JSON text"},
            "understood": {
                **_STRINGS,
                "description": "one plain line for each thing understood or assumed",
            },
        },
        required=("spec", "understood"),
    ),
    Declaration(
        name="check_code",
        description="Run the static checks on the user's current code, or on the latest proposal.",
        properties={},
    ),
    Declaration(
        name="ask_user",
        description="Ask the user something, with choices as buttons. It ends your turn.",
        properties={
            "question": _STRING,
            "choices": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "label": {**_STRING, "description": "a few words on the button"},
                        "text": {**_STRING, "description": "the complete message that it sends"},
                    },
                    "required": ["label", "text"],
                },
            },
        },
        required=("question", "choices"),
    ),
    Declaration(
        name="propose_backtest",
        description="Offer the user a short backtest as a button. Nothing runs before they press it.",
        properties={
            "exchange": {
                **_STRING,
                "description": "leave out for the first exchange that has candles",
            },
            "pairs": {**_STRINGS, "description": "such as BTC/USDT; leave out for the first one"},
            "days": {"type": "integer", "description": "how many days, the newest; at most 365"},
        },
    ),
    Declaration(
        name="read_result",
        description="Read the verified figures of one of the user's backtests, the strategy's newest by default.",
        properties={"run_id": _STRING},
    ),
    Declaration(
        name="compare_runs",
        description="Read the figures of several of the user's backtests, the strategy's newest two by default.",
        properties={"run_ids": _STRINGS},
    ),
    Declaration(
        name="explain_metric",
        description="Say what a figure of a result means.",
        properties={"name": {**_STRING, "description": "such as 'sharpe' or 'max_drawdown'"}},
        required=("name",),
    ),
)
