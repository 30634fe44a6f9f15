"""A strategy in plain English."""

from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import CodeBlock, Number, ParameterUse
from candlewick.specs.conditions import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Crosses,
    Distance,
    Moves,
    Not,
    Pattern,
    Switch,
    TimeOfDay,
    Weekdays,
    Within,
)
from candlewick.specs.models import Rule, StrategySpec
from candlewick.specs.operands import IndicatorValue, Math, Operand, Price
from candlewick.specs.scope import Frame, Scope

_SIGNS = {
    ">": "is above", ">=": "is at or above", "<": "is below", "<=": "is at or below", "==": "equals", "!=": "differs from",
}  # fmt: skip
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_CALCULATED = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def describe(spec: StrategySpec) -> str:
    """Return the whole strategy as sentences: when it trades, and how trades end."""
    sentences = Sentences(spec)
    found = [f"On {spec.timeframe} candles:"]
    for steps, verbs in (
        (spec.entries, {"long": "buy", "short": "sell short"}),
        (spec.exits, {"long": "sell", "short": "buy back"}),
    ):
        for step in steps:
            if isinstance(step, Rule):
                tag = f" ({step.tag})" if step.tag else ""
                text = f"{verbs[step.side]} when {sentences.condition(step.when)}{tag}."
            else:
                text = "there is code of its own here."
            found.append(text[0].upper() + text[1:])
    found += _risk(spec, sentences)
    return " ".join(found)


def _risk(spec: StrategySpec, sentences: "Sentences") -> list[str]:
    risk, position = spec.risk, spec.position
    found = [_targets(spec)] if risk.targets else []
    found.append(f"Stop at a loss of {_percent(risk.stop_loss)}.")
    if risk.trailing is not None:
        found.append(_trailing(spec))
    found += [
        f"From {sentences.share(step.profit)} profit on, stop at {sentences.share(step.lock)}."
        for step in risk.steps
    ]
    if risk.range_stop is not None:
        times = sentences.number(risk.range_stop.times)
        found.append(f"The stop follows at {times} times {risk.range_stop.indicator}.")
    if risk.time_stop is not None:
        minutes, above = risk.time_stop.minutes, risk.time_stop.unless_above
        found.append(
            f"Close after {sentences.number(minutes)} minutes unless the profit is above {sentences.share(above)}."
        )
    if position.size is not None:
        share = sentences.share(position.size.share)
        of = "of the stake" if position.size.kind == "share" else "of the wallet at risk"
        found.append(f"Use {share} {of}.")
    found += [
        f"Add {sentences.number(step.size)} times the first stake at a loss of {sentences.share(step.drop)}."
        for step in position.added
    ]
    if position.leverage is not None:
        found.append(f"Trade with leverage {sentences.number(position.leverage)}.")
    if spec.protections:
        kinds = ", ".join(each.kind.replace("_", " ") for each in spec.protections)
        found.append(f"Protections: {kinds}.")
    return found


def _targets(spec: StrategySpec) -> str:
    parts = [
        _percent(target.profit) + (f" after {target.minutes} minutes" if target.minutes else "")
        for target in spec.risk.targets
    ]
    return f"Take a profit of {', of '.join(parts)}."


def _trailing(spec: StrategySpec) -> str:
    trailing = spec.risk.trailing
    if trailing is None or trailing.distance is None:
        return "The stop follows the price."
    text = f"The stop follows the price {_percent(trailing.distance)} away"
    if trailing.offset:
        text += f" from {_percent(trailing.offset)} profit on"
    return f"{text}{', not before' if trailing.only_after_offset else ''}."


class Sentences:
    """Puts the parts of one spec into words."""

    def __init__(self, spec: StrategySpec) -> None:
        self._scope = Scope(spec)

    def condition(self, condition: Condition) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind
        match condition:
            case All():
                return " and ".join(self._grouped(each) for each in condition.conditions)
            case AnyOf():
                return " or ".join(self._grouped(each) for each in condition.conditions)
            case Not():
                return f"not {self._grouped(condition.condition)}"
            case Within():
                candles = self.number(condition.candles)
                return f"within {candles} candles {self._grouped(condition.condition)}"
            case Compare():
                sides = self.operand(condition.left), self.operand(condition.right)
                return f"{sides[0]} {_SIGNS[condition.sign]} {sides[1]}"
            case Crosses():
                left, right = self.operand(condition.left), self.operand(condition.right)
                return f"{left} crosses {condition.direction} {right}"
            case Moves():
                verb = "rises" if condition.direction == "rising" else "falls"
                return f"{self.operand(condition.operand)} {verb} for {self.number(condition.candles)} candles"
            case Between():
                bounds = f"{self.operand(condition.low)} and {self.operand(condition.high)}"
                return f"{self.operand(condition.operand)} is between {bounds}"
            case Distance():
                how = "at most" if condition.side == "near" else "at least"
                where = "from" if condition.side == "near" else condition.side
                return (
                    f"{self.operand(condition.operand)} is {how} {self.number(condition.percent)} % "
                    f"{where} {self.operand(condition.reference)}"
                )
            case Pattern():
                title = self._title(condition.frame, condition.name)
                return f"there is a {condition.direction} {title}{_on(condition.frame)}"
            case TimeOfDay():
                return f"the candle opens from {condition.start} to {condition.end} UTC"
            case Weekdays():
                return f"it is {' or '.join(_DAYS[day] for day in condition.days)}"
            case Switch():
                return f"the switch {condition.name} is on"
            case CodeBlock():
                return f"`{condition.code}`"

    def operand(self, operand: Operand) -> str:
        match operand:
            case int() | float() | ParameterUse():
                return self.number(operand)
            case Math():
                left, right = self.operand(operand.left), self.operand(operand.right)
                return f"({left} {_CALCULATED[operand.sign]} {right})"
            case Price():
                text = f"the {operand.field}{_on(operand.frame)}"
            case IndicatorValue():
                text = self._indicator(operand)
        ago = "" if operand.ago == 0 else f" {self.number(operand.ago)} candles ago"
        return text + ago

    def number(self, number: Number) -> str:
        if isinstance(number, ParameterUse):
            return f"{number.name} ({self._scope.default(number):g})"
        return f"{number:g}"

    def share(self, number: Number) -> str:
        if isinstance(number, ParameterUse):
            return f"{number.name} ({_percent(self._scope.default(number))})"
        return _percent(number)

    def _grouped(self, condition: Condition) -> str:
        text = self.condition(condition)
        return f"({text})" if isinstance(condition, All | AnyOf) else text

    def _indicator(self, value: IndicatorValue) -> str:
        use = self._scope.indicator(value.frame, value.name)
        if use is None:
            return value.name
        settings = ", ".join(self.number(number) for number in use.settings.values())
        known = INDICATORS.get(use.indicator)
        outputs = {} if known is None else {each.name: each.title for each in known.outputs}
        part = f" {outputs.get(value.output, value.output)}" if value.output else ""
        what = f"{use.indicator}({settings})" if settings else use.indicator
        return f"{what}{part}{_on(value.frame)}"

    def _title(self, frame: Frame, name: str) -> str:
        use = self._scope.indicator(frame, name)
        known = INDICATORS.get(use.indicator) if use else None
        return known.title.lower() if known else name


def _on(frame: Frame) -> str:
    return "" if frame is None else f" on {frame}"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
