"""Requests that are no strategy: to run, to explain, to look up; and what is refused."""

import re

from candlewick.indicators.registry import INDICATORS
from candlewick.phrases.replies import Refusal, Reply, ToolUse
from candlewick.phrases.splitting import clauses_of

_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_RUN = re.compile(
    r"^\W*(please )?(can you |could you )?(run|do|start|make)?\s*(a |an |the )?(quick |short )?(back-?test|test)( it| this| that| the strategy)?\b(?P<rest>.*)$"
)
_SPAN = re.compile(
    r"(?:last|past|over|for)\s+(?:the\s+)?(?:last\s+|past\s+)?(?P<number>\d+|a|an|one|two|three|six)?\s*(?P<unit>day|week|month|year)s?"
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "six": 6, None: 1}
_EXPLAIN = re.compile(
    r"^\W*(what (is|are|does)|what's|whats|explain|define|meaning of|tell me about|how is|describe)\s+(me\s+)?(the |a |an |my )?(?P<what>[a-z0-9 %'/-]+?)"
    r"( mean| means| calculated| computed| indicator)?\W*$"
)
_RESULT = re.compile(
    r"\b(show|read|how (did|was)|what (was|were)|give me)\b.*\b(last|latest|newest|my)?\s*(result|results|run|backtest|it do|it did)\b"
)
_COMPARE = re.compile(r"\bcompare\b.*\b(runs?|results?|backtests?|versions?)\b")
_FUTURE = re.compile(
    r"\b(will|going to|gonna)\b.*\b(bitcoin|btc|eth|price|market|moon|rise|fall|crash|pump)\b|\bpredict|\bforecast the\b|\bguarantee|\brisk[- ]free\b|"
    r"\bmake me (rich|a millionaire|money)\b|\bget rich\b|\bcan'?t lose\b|\bsure thing\b|\bbest strategy\b|\bmost profitable\b|\bhow much (money|profit) (will|can)\b"
)
_FOREIGN = re.compile(
    r"\b(withdraw|transfer|send (my|the) (coins|funds|money)|api keys?|api secrets?|passwords?|secret key|private key|system prompt|your instructions|"
    r"previous instructions|other users?|another user|someone else)\b"
)
EXAMPLES = "For example: 'On 1h candles, buy when RSI is below 30 and price is above the 200 EMA. Sell when RSI is above 70. Stop loss 5%.'"


def find_request(text: str) -> Reply | None:
    """Return the answer to a text that does not describe a strategy; None when it may."""
    plain = " ".join(text.lower().split())
    if _FOREIGN.search(plain):
        return Refusal(
            "I only turn words into strategies, test them and explain their figures; keys, funds and other people's data are out of my reach. "
            + EXAMPLES
        )
    if _FUTURE.search(plain):
        return Refusal(
            "Nobody knows what a market will do, and no strategy is sure to earn. Tell me a rule, and I build it so that you can see how it did on past candles. "
            + EXAMPLES
        )
    return _tool(plain)


def _tool(plain: str) -> Reply | None:
    if _COMPARE.search(plain):
        return ToolUse("compare_runs")
    run = _RUN.match(plain)
    if run is not None and not _describes(run["rest"]):
        days = _days(run["rest"])
        return ToolUse("backtest", {} if days is None else {"days": days})
    if _RESULT.search(plain) and not _describes(plain):
        return ToolUse("read_result")
    explained = _EXPLAIN.match(plain)
    return _explanation(explained["what"].strip()) if explained else None


def _describes(rest: str) -> bool:
    """Whether the text holds a rule, so that it is a strategy to build."""
    return bool(re.search(r"\b(buy|sell|short|long|enter|exit)\b", rest))


def _days(rest: str) -> int | None:
    found = _SPAN.search(rest)
    if found is None:
        return None
    number = found["number"]
    count = int(number) if number and number.isdigit() else _NUMBERS[number]
    return count * _UNIT_DAYS[found["unit"]]


def _explanation(what: str) -> ToolUse:
    clauses = clauses_of(what)
    words = [word for clause in clauses for word in clause.words]
    known = next((word.value for word in words if word.type in {"IND", "PATTERN"}), None)
    if known is not None and len(words) == 1:
        return ToolUse("look_up_indicator", {"name": known, "title": INDICATORS[known].title})
    return ToolUse("explain_metric", {"metric": what})
