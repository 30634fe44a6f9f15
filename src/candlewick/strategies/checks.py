"""Static checks of strategy code: what can be said without running a line of it."""

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from typing import TypeGuard

from candlewick.strategies import lookahead, parameters, restrictions
from candlewick.strategies.models import CheckReport, CodeFacts, Finding, Severity

_BASE_CLASS = "IStrategy"
_PAIR = re.compile(r"^[A-Z0-9]{2,15}/[A-Z0-9]{2,15}(:[A-Z0-9]{2,15})?$")
_MAX_FINDINGS = 200
_MOST_CANDLES = 10**9
_WARM_UP_METHODS = frozenset({"rolling", "ewm", "shift", "expanding"})
_WARM_UP_MODULES = frozenset({"ta", "talib", "qtpylib", "pta", "ftt", "indicators"})


def check_code(code: str) -> CheckReport:
    """Return the code's facts and findings, sorted by place; never raises for any text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the user's invalid escapes are not our warnings
            tree = ast.parse(code)
    except SyntaxError as error:
        return _unreadable(error.lineno or 1, (error.offset or 1) - 1, error.msg)
    except (RecursionError, MemoryError, ValueError):
        return _unreadable(
            1, 0, "the code is nested too deeply or holds characters that Python refuses"
        )
    return _check_tree(tree)


def _check_tree(tree: ast.Module) -> CheckReport:
    strategies = [
        node for node in tree.body if isinstance(node, ast.ClassDef) and _is_strategy(node)
    ]
    nodes = list(ast.walk(tree))
    findings = [*_count_strategies(strategies), *restrictions.find(nodes)]
    facts = CodeFacts()
    if len(strategies) == 1:
        facts = _facts(strategies[0], nodes, tree)
        findings += [*lookahead.find(strategies[0]), *_missing(strategies[0], facts)]
    ordered = sorted(findings, key=lambda finding: (finding.line, finding.column, finding.rule))
    return CheckReport(facts=facts, findings=tuple(ordered[:_MAX_FINDINGS]))


def _unreadable(line: int, column: int, reason: str) -> CheckReport:
    finding = Finding(
        rule="syntax",
        severity=Severity.ERROR,
        line=line,
        column=max(column, 0),
        message=f"Python cannot read this: {reason}.",
        advice="Correct the code at this place; everything after it is unchecked.",
    )
    return CheckReport(facts=CodeFacts(), findings=(finding,))


def _is_strategy(node: ast.ClassDef) -> bool:
    return any(
        (isinstance(base, ast.Name) and base.id == _BASE_CLASS)
        or (isinstance(base, ast.Attribute) and base.attr == _BASE_CLASS)
        for base in node.bases
    )


def _count_strategies(strategies: list[ast.ClassDef]) -> Iterator[Finding]:
    if len(strategies) == 1:
        return
    second = strategies[1] if strategies else None
    yield Finding(
        rule="one-strategy-class",
        severity=Severity.ERROR,
        line=second.lineno if second else 1,
        column=second.col_offset if second else 0,
        message=f"A version holds exactly one class derived from {_BASE_CLASS}; this one holds {len(strategies)}.",
        advice=(
            "Save the other classes as strategies of their own."
            if second
            else f"Add `class MyStrategy({_BASE_CLASS}):` at the top level of the file."
        ),
    )


def _facts(node: ast.ClassDef, nodes: list[ast.AST], module: ast.Module) -> CodeFacts:
    constants = dict(_class_constants(node))
    timeframe, startup = constants.get("timeframe"), constants.get("startup_candle_count")
    named = {
        item.value
        for item in nodes
        if isinstance(item, ast.Constant)
        and isinstance(item.value, str)
        and _PAIR.match(item.value)
    }
    return CodeFacts(
        class_name=node.name,
        timeframe=timeframe if isinstance(timeframe, str) else None,
        startup_candle_count=startup if _is_count(startup) else None,
        can_short=constants.get("can_short") is True,
        pairs_named=tuple(sorted(named)[:50]),
        parameters=parameters.find(node, module),
    )


def _is_count(value: object) -> TypeGuard[int]:
    # Larger numbers are no candle counts, and a database cannot keep them.
    return isinstance(value, int) and 0 <= value <= _MOST_CANDLES


def _class_constants(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            targets: list[ast.expr] = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        value = statement.value.value if isinstance(statement.value, ast.Constant) else ...
        yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def _missing(node: ast.ClassDef, facts: CodeFacts) -> Iterator[Finding]:
    names = {name for name, _ in _class_constants(node)}
    methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}

    def finding(rule: str, message: str, advice: str) -> Finding:
        return Finding(
            rule=rule,
            severity=Severity.WARNING,
            line=node.lineno,
            column=node.col_offset,
            message=message,
            advice=advice,
        )

    if "startup_candle_count" not in names and _uses(node, _needs_warm_up):
        yield finding(
            "missing-startup-candles",
            f"{facts.class_name} computes indicators but sets no startup_candle_count.",
            "Set it to the longest look-back of your indicators; the first candles are wrong without it.",
        )
    if "populate_buy_trend" in methods or "populate_sell_trend" in methods:
        yield finding(
            "old-interface",
            "populate_buy_trend and populate_sell_trend belong to an interface that Freqtrade removed.",
            "Rename them to populate_entry_trend and populate_exit_trend, with enter_long and exit_long.",
        )


def _uses(node: ast.AST, matches: Callable[[ast.Call], bool]) -> bool:
    return any(isinstance(item, ast.Call) and matches(item) for item in ast.walk(node))


def _needs_warm_up(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    return function.attr in _WARM_UP_METHODS or (
        isinstance(owner, ast.Name) and owner.id in _WARM_UP_MODULES
    )
