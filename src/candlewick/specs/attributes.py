"""The attributes of a strategy's class."""

import ast
from collections.abc import Iterator, Mapping

from candlewick.specs.items import Item
from candlewick.specs.layout import STEP, assignment
from candlewick.specs.models import (
    BoolParameter,
    ChoiceParameter,
    DecimalParameter,
    IntParameter,
    Parameter,
    StrategySpec,
)
from candlewick.specs.plots import plot_config, plot_literal
from candlewick.specs.risk import Trailing
from candlewick.specs.syntax import number
from candlewick.specs.warm_up import startup


def attributes(spec: StrategySpec) -> Iterator[Item]:
    if spec.description:
        yield Item("docstring", docstring(spec.description), "docstring")
    yield from (_item(name, value, "head") for name, value in _head(spec).items())
    yield from (_item(name, value, "risk") for name, value in _risk(spec).items())
    yield from (
        _item(parameter.name, declaration(parameter), "parameters") for parameter in spec.parameters
    )
    plot = plot_config(spec)
    if plot is not None:
        yield _item("plot_config", plot_literal(plot), "plot")


def docstring(text: str) -> str:
    """Return a docstring; one of several lines ends on a line of its own."""
    lines = text.split("\n")
    if len(lines) == 1:
        return f'"""{text}"""'
    # Lines inside a string are not indented with the code around them.
    pad = " " * STEP
    others = [f"{pad}{line}" if line else "" for line in lines[1:]]
    return "\n".join([f'"""{lines[0]}', *others, f'{pad}"""'])


def declaration(parameter: Parameter) -> ast.expr:
    """Return the call that declares a parameter to Freqtrade."""
    match parameter:
        case IntParameter():
            made = _call("IntParameter", number(parameter.low), number(parameter.high))
        case DecimalParameter():
            made = _call("DecimalParameter", number(parameter.low), number(parameter.high))
        case ChoiceParameter():
            options = ast.List(elts=[number(option) for option in parameter.options])
            made = _call("CategoricalParameter", options)
        case BoolParameter():
            made = _call("BooleanParameter")
    is_switch = isinstance(parameter, BoolParameter)
    default = ast.Constant(parameter.default) if is_switch else number(parameter.default)
    _add(made, "default", default)
    if isinstance(parameter, DecimalParameter):
        _add(made, "decimals", ast.Constant(parameter.decimals))
    _add(made, "space", ast.Constant(parameter.space))
    if not parameter.optimize:
        _add(made, "optimize", ast.Constant(value=False))
    return made


def _item(name: str, value: ast.expr, group: str) -> Item:
    # Laid out as it stands in the class, then moved back.
    text = assignment(name, value, STEP)
    return Item(name, "\n".join(line[STEP:] for line in text.split("\n")), group)


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(function), args=list(arguments), keywords=[])


def _add(call: ast.Call, name: str, value: ast.expr) -> None:
    call.keywords.append(ast.keyword(arg=name, value=value))


def _head(spec: StrategySpec) -> Mapping[str, ast.expr]:
    found: dict[str, ast.expr] = {
        "INTERFACE_VERSION": ast.Constant(3),
        "timeframe": ast.Constant(spec.timeframe),
    }
    if spec.can_short:
        found["can_short"] = ast.Constant(value=True)
    found["startup_candle_count"] = ast.Constant(startup(spec))
    found["process_only_new_candles"] = ast.Constant(value=True)
    return found


def _risk(spec: StrategySpec) -> Mapping[str, ast.expr]:
    targets = spec.risk.targets
    found: dict[str, ast.expr] = {
        "minimal_roi": ast.Dict(
            keys=[ast.Constant(str(target.minutes)) for target in targets],
            values=[number(target.profit) for target in targets],
        ),
        "stoploss": number(-spec.risk.stop_loss),
    }
    if spec.risk.trailing is not None:
        found |= _trailing(spec.risk.trailing)
    if spec.risk.steps or spec.risk.range_stop is not None:
        found["use_custom_stoploss"] = ast.Constant(value=True)
    if spec.position.added:
        found["position_adjustment_enable"] = ast.Constant(value=True)
    if spec.orders is not None:
        orders = {
            "entry": spec.orders.entry,
            "exit": spec.orders.exit,
            "stoploss": spec.orders.stop_loss,
            "stoploss_on_exchange": spec.orders.stop_on_exchange,
        }
        found["order_types"] = ast.Dict(
            keys=[ast.Constant(name) for name in orders],
            values=[ast.Constant(value) for value in orders.values()],
        )
    return found


def _trailing(trailing: Trailing) -> Mapping[str, ast.expr]:
    found: dict[str, ast.expr] = {"trailing_stop": ast.Constant(value=True)}
    if trailing.distance is not None:
        found["trailing_stop_positive"] = number(trailing.distance)
    if trailing.offset:
        found["trailing_stop_positive_offset"] = number(trailing.offset)
    if trailing.only_after_offset:
        found["trailing_only_offset_is_reached"] = ast.Constant(value=True)
    return found
