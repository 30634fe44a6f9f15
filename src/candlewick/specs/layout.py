"""Lays expressions out as the formatters `ruff` and `black` do, without needing either."""

import ast
import json
from collections.abc import Sequence

WIDTH = 88
STEP = 4

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.FloorDiv: "//", ast.BitAnd: "&", ast.BitOr: "|",
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_UNARY: dict[type[ast.AST], str] = {ast.USub: "-", ast.Invert: "~"}


def flat(node: ast.expr) -> str:  # noqa: C901, PLR0911 - one case for each kind
    """Return an expression on one line."""
    if not _is_known(node):
        return ast.unparse(node)
    match node:
        case ast.Constant(value=str(text)):
            return json.dumps(text, ensure_ascii=False)
        case ast.Attribute():
            return f"{_primary(node.value)}.{node.attr}"
        case ast.Subscript():
            return f"{_primary(node.value)}[{flat(node.slice)}]"
        case ast.Call():
            return f"{_primary(node.func)}({', '.join(_arguments(node))})"
        case ast.UnaryOp():
            return f"{_UNARY[type(node.op)]}{_atom(node.operand)}"
        case ast.BinOp() | ast.Compare():
            operands, signs = _chain(node)
            text = _atom(operands[0])
            for sign, operand in zip(signs, operands[1:], strict=True):
                text += f" {sign} {_atom(operand)}"
            return text
        case ast.List() | ast.Tuple() | ast.Dict():
            opening, closing = _BRACKETS[type(node)]
            return f"{opening}{', '.join(_items(node))}{closing}"
        case _:
            return ast.unparse(node)


def assignment(target: str, value: ast.expr, indent: int) -> str:
    """Return a statement; a value that is too long for the line is broken as the formatters do."""
    start = f"{' ' * indent}{target} = "
    if len(start) + len(flat(value)) <= WIDTH:
        return start + flat(value)
    if isinstance(value, ast.BinOp | ast.Compare):
        return start + (_hanging(value, indent, len(start)) or _parenthesised(value, indent))
    return start + broken(value, indent)


def broken(node: ast.expr, indent: int) -> str:  # noqa: PLR0911 - one case for each kind
    """Return an expression over several lines; the first one goes on where it is put."""
    if not _is_known(node):
        return ast.unparse(node)
    match node:
        case ast.Call():
            return _broken_call(node, indent)
        case ast.UnaryOp():
            sign, inner = _UNARY[type(node.op)], node.operand
            is_made = _needs_parentheses(inner)
            return sign + (_parenthesised(inner, indent) if is_made else broken(inner, indent))
        case ast.BinOp() | ast.Compare():
            return _broken_chain(node, indent)
        case ast.List() | ast.Tuple():
            opening, closing = _BRACKETS[type(node)]
            lines = [_fitted(item, indent + STEP, 0, 1) for item in node.elts]
            return f"{opening}{_lines(lines, indent)}{closing}"
        case ast.Dict():
            keys = [f"{flat(key)}: " if key else "" for key in node.keys]
            lines = [
                key + _fitted(value, indent + STEP, len(key), 1)
                for key, value in zip(keys, node.values, strict=True)
            ]
            return f"{{{_lines(lines, indent)}}}"
        case _:
            return flat(node)


def _broken_call(node: ast.Call, indent: int) -> str:
    head = _primary(node.func)
    function = node.func
    inner = ", ".join(_arguments(node))
    if isinstance(function, ast.Attribute) and _needs_parentheses(function.value):
        is_long = indent + len(head) + 1 > WIDTH
        if is_long:
            head = f"{_parenthesised(function.value, indent)}.{function.attr}"
        if is_long and indent + len(f").{function.attr}({inner})") <= WIDTH:
            return f"{head}({inner})"
    if indent + STEP + len(inner) <= WIDTH:
        return f"{head}({_block(inner, indent)})"
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    names = [*("" for _ in node.args), *(f"{keyword.arg}=" for keyword in node.keywords)]
    lines = [
        name + _fitted(value, indent + STEP, len(name), 1)
        for name, value in zip(names, values, strict=True)
    ]
    return f"{head}({_lines(lines, indent)})"


_BRACKETS: dict[type[ast.AST], tuple[str, str]] = {
    ast.List: ("[", "]"),
    ast.Tuple: ("(", ")"),
    ast.Dict: ("{", "}"),
}


def _items(node: ast.List | ast.Tuple | ast.Dict) -> list[str]:
    if isinstance(node, ast.Dict):
        return [
            f"{flat(key)}: {flat(value)}" if key else flat(value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    return [flat(item) for item in node.elts]


def _arguments(node: ast.Call) -> list[str]:
    named = [f"{keyword.arg}={flat(keyword.value)}" for keyword in node.keywords]
    return [*(flat(argument) for argument in node.args), *named]


def _atom(node: ast.expr) -> str:
    """Return an operand on one line, in parentheses where it is made of others."""
    return f"({flat(node)})" if _needs_parentheses(node) else flat(node)


def _primary(node: ast.expr) -> str:
    """Return what a dot or a bracket can stand behind."""
    stands = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
    return flat(node) if stands else f"({flat(node)})"


def _is_known(node: ast.expr) -> bool:
    """Whether all parts of a node itself have a layout here; code of users can hold anything."""
    match node:
        case ast.BinOp():
            return type(node.op) in _SIGNS
        case ast.Compare():
            return all(type(op) in _SIGNS for op in node.ops)
        case ast.UnaryOp():
            return type(node.op) in _UNARY
        case ast.Call():
            return all(keyword.arg for keyword in node.keywords)
        case ast.Tuple():
            return len(node.elts) > 1
        case _:
            return True


def _needs_parentheses(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda)


def _chain(node: ast.BinOp | ast.Compare) -> tuple[list[ast.expr], list[str]]:
    """Return operands and signs; `a & b & c` is one chain."""
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators], [_sign(op) for op in node.ops]
    sign = _sign(node.op)
    operands = [node.right]
    left = node.left
    while sign in {"&", "|"} and isinstance(left, ast.BinOp) and _sign(left.op) == sign:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    return operands[::-1], [sign] * (len(operands) - 1)


def _sign(node: ast.AST) -> str:
    return _SIGNS[type(node)]


def _broken_chain(node: ast.BinOp | ast.Compare, indent: int) -> str:
    operands, signs = _chain(node)
    lines = [_operand(operands[0], indent, 0)]
    for sign, operand in zip(signs, operands[1:], strict=True):
        lines.append(f"{sign} {_operand(operand, indent, len(sign) + 1)}")
    return f"\n{' ' * indent}".join(lines)


def _hanging(node: ast.BinOp | ast.Compare, indent: int, before: int) -> str | None:
    """Break inside the brackets of two operands, without parentheses around both.

    The formatters do so where the last operand has brackets, or the first one parentheses.
    """
    operands, signs = _chain(node)
    if len(operands) > 2:  # noqa: PLR2004 - two operands
        return None
    left, right = operands
    if not (_has_brackets(right) or _needs_parentheses(left)):
        return None
    sign = f" {signs[0]} "
    last = _split(right, indent) if _has_brackets(right) else flat(right)
    first = _atom(left)
    if before + len(first) + len(sign) + len(last.partition("\n")[0]) > WIDTH:
        if not (_has_brackets(left) or _needs_parentheses(left)):
            return None
        first = _split(left, indent)
    column = len(first.rpartition("\n")[2]) + (0 if "\n" in first else before)
    is_short = column + len(sign) + len(_atom(right)) <= WIDTH
    return first + sign + (_atom(right) if is_short else last)


def _has_brackets(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _has_brackets(node.operand)
    return _needs_parentheses(node) or isinstance(node, ast.Call | ast.Subscript)


def _split(node: ast.expr, indent: int) -> str:
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)] + _split(node.operand, indent)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return broken(node, indent)
    if isinstance(node, ast.Call) and flat(node.func).startswith("qtpylib."):
        return broken(node, indent)
    return _parenthesised(node, indent)


def _operand(node: ast.expr, indent: int, before: int) -> str:
    if not _needs_parentheses(node):
        return _fitted(node, indent, before, 0)
    text = _atom(node)
    return text if indent + before + len(text) <= WIDTH else _parenthesised(node, indent)


def _parenthesised(node: ast.expr, indent: int) -> str:
    inner = flat(node)
    if indent + STEP + len(inner) > WIDTH:
        inner = broken(node, indent + STEP)
    return f"({_block(inner, indent)})"


def _fitted(node: ast.expr, indent: int, before: int, after: int) -> str:
    text = flat(node)
    if indent + before + len(text) + after <= WIDTH:
        return text
    return broken(node, indent)


def _block(inner: str, indent: int) -> str:
    return f"\n{' ' * (indent + STEP)}{inner}\n{' ' * indent}"


def _lines(items: Sequence[str], indent: int) -> str:
    start = f"\n{' ' * (indent + STEP)}"
    return "".join(f"{start}{item}," for item in items) + f"\n{' ' * indent}"
