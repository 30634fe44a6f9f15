"""What is still there of code that went through blocks and came back."""

import ast
from collections.abc import Iterator

from candlewick.specs.base import CodeBlock
from candlewick.specs.models import IndicatorUse, Rule, StrategySpec
from candlewick.specs.reading_code import read_code
from candlewick.specs.scope import Scope


def lost(code: str, again: str) -> set[str]:
    """Return the statements that neither stand in the code as before nor are said by a block."""
    spec = read_code(code)
    gone = statements(code) - statements(again)
    read = {name for frame in Scope(spec).indicators for name, _, _ in Scope(spec).columns(frame)}
    return {each for each in gone if not _is_said(ast.parse(each).body[0], spec, read, again)}


def _is_said(node: ast.stmt, spec: StrategySpec, columns: set[str], again: str) -> bool:
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id="dataframe"), slice=ast.Constant(value=name))]
        ):
            return name in columns
        case ast.Assign(
            targets=[
                ast.Subscript(value=ast.Attribute(attr="loc"), slice=ast.Tuple(elts=[_, column]))
            ]
        ):
            marked = ast.unparse(column)
            rules = [step for step in (*spec.entries, *spec.exits) if isinstance(step, Rule)]
            return any(f"_{rule.side}" in marked for rule in rules)
        case ast.Assign(targets=[ast.Name(id=name)]):
            # A condition's variable is named after its rule; a declaration may have said a default.
            is_parameter = any(parameter.name == name for parameter in spec.parameters)
            return is_parameter or name not in again.split()
        case ast.Expr(value=ast.Constant(value=str())):
            return bool(spec.description)
        case ast.Import() | ast.ImportFrom():
            return _is_unused(node, again)
    return False


def _is_unused(node: ast.Import | ast.ImportFrom, again: str) -> bool:
    used = {each.id for each in ast.walk(ast.parse(again)) if isinstance(each, ast.Name)}
    return not used & {alias.asname or alias.name for alias in node.names}


def kept_in_order(code: str, again: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield for each function that stands in both the statements that do, in the order of each."""
    before, after = dict(_bodies(code)), dict(_bodies(again))
    for name in before.keys() & after.keys():
        shared = set(before[name]) & set(after[name])
        yield (
            [each for each in before[name] if each in shared],
            [each for each in after[name] if each in shared],
        )


def _bodies(code: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, [ast.unparse(each) for each in node.body]


def share_of_blocks(code: str) -> tuple[int, int]:
    """Return how many statements of a strategy's class become blocks, and how many there are.

    Attributes, other methods and statements of populate functions count one each.
    """
    (strategy,) = (n for n in ast.parse(code).body if isinstance(n, ast.ClassDef) and n.bases)
    every = sum(
        sum(not isinstance(each, ast.Return) for each in node.body)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("populate_")
        else 1
        for node in strategy.body
    )
    spec = read_code(code)
    lists = [spec.indicators, spec.entries, spec.exits, *(f.indicators for f in spec.informatives)]
    blocks: list[IndicatorUse | Rule | CodeBlock] = [each for found in lists for each in found]
    texts = [each.code for each in blocks if isinstance(each, CodeBlock)]
    texts += [each.code for each in spec.code if each.place == "class"]
    return every - sum(map(_count, texts)), every


def _count(text: str) -> int:
    lines = "".join(f" {line}\n" for line in text.split("\n"))
    (function,) = ast.parse(f"def _():\n pass\n{lines}").body
    return len(function.body) - 1 if isinstance(function, ast.FunctionDef) else 0


def statements(code: str) -> set[str]:
    """Return every statement without what surrounds it; names of rules' variables and imports may change."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {_import(node, alias) for alias in node.names}
        elif isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(_with_targets_in_order(node))
    return {each for each in found if not each.startswith("can_short")}


def _import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    name = alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
    return (
        f"from {node.module} import {name}"
        if isinstance(node, ast.ImportFrom)
        else f"import {name}"
    )


def _with_targets_in_order(node: ast.stmt) -> str:
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"
    match node:
        case ast.Assign(targets=[ast.Name(id="minimal_roi")], value=ast.Dict() as value):
            items = zip(map(ast.unparse, filter(None, value.keys)), value.values, strict=False)
            return str(sorted((key, ast.unparse(each)) for key, each in items))
    return ast.unparse(node)


def comments(code: str) -> set[str]:
    return {line.partition("# ")[2].strip() for line in code.splitlines() if "# " in line}
