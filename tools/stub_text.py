"""Turns Python source into a stub: signatures, docstrings and declared attributes, without any body."""

import ast
import io
import tokenize
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DOTS = ast.Expr(ast.Constant(...))
_SIMPLE = (ast.Import, ast.ImportFrom, ast.AnnAssign, ast.Assign)


def stub_of(source: str) -> str:
    """Return the stub of a module's source."""
    tree = ast.parse(source)
    tree.body = list(_declared(tree.body))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def shortened(stub: str) -> str:
    """Return a stub without comments; strings that stand before functions become their docstrings."""
    tree = ast.parse(stub)
    if any(isinstance(node, ast.Expr) and _is_text(node) for node in tree.body[1:]):
        tree.body = list(_with_docstrings(tree.body))
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    return _without_comments(stub)


def _declared(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield what a reader of signatures needs; the first branch of an `if` or a `try` speaks for it."""
    for index, node in enumerate(body):
        if isinstance(node, ast.Expr):
            if index == 0 and _is_text(node):
                yield node
        elif isinstance(node, Function):
            yield _signature(node)
        elif isinstance(node, ast.ClassDef):
            yield _class(node)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _declared(node.body)
        elif isinstance(node, _SIMPLE):
            yield _value(node)


def _class(node: ast.ClassDef) -> ast.ClassDef:
    made = list(_made_in_init(node))  # before the bodies are gone
    node.body = [*_declared(node.body), *made] or [_DOTS]
    node.keywords = []
    node.decorator_list = [item for item in node.decorator_list if _is_kept(item)]
    return node


def _made_in_init(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """Yield the attributes that `__init__` declares on `self`."""
    known = {name for item in node.body for name in _names(item)}
    init = next((item for item in node.body if getattr(item, "name", "") == "__init__"), node)
    for item in ast.walk(init):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Attribute):
            name = item.target.attr
            if name not in known and not name.startswith("__"):
                known.add(name)
                yield ast.AnnAssign(ast.Name(name), _mapped(item.annotation), None, 1)


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Function):
        yield node.name
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _signature(node: Function) -> Function:
    doc = node.body[0]
    node.body = [doc, _DOTS] if _is_text(doc) else [_DOTS]
    node.args = _arguments(node.args)
    node.decorator_list = [item for item in node.decorator_list if _is_kept(item)]
    node.returns = None if node.returns is None else _mapped(node.returns)
    return node


def _arguments(given: ast.arguments) -> ast.arguments:
    given.defaults = [_short(item) for item in given.defaults]
    given.kw_defaults = [None if item is None else _short(item) for item in given.kw_defaults]
    return given


def _value(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.AnnAssign):
        return ast.AnnAssign(
            node.target,
            _mapped(node.annotation),
            None if node.value is None else _short(node.value),
            1,
        )
    if isinstance(node, ast.ImportFrom):
        # A stub passes on only what it names twice; a source passes on everything.
        for alias in node.names:
            alias.asname = alias.asname or (None if alias.name == "*" else alias.name)
    return node


def _mapped(annotation: ast.expr) -> ast.expr:
    """Return what a column of a database table is to its reader: `Mapped[int]` reads as `int`."""
    if isinstance(annotation, ast.Subscript) and getattr(annotation.value, "id", "") == "Mapped":
        return annotation.slice
    return annotation


def _short(value: ast.expr) -> ast.expr:
    is_short = isinstance(value, ast.Constant | ast.Name | ast.Attribute | ast.UnaryOp)
    return value if is_short else ast.Constant(...)


def _is_kept(decorator: ast.expr) -> bool:
    name = ast.unparse(decorator).partition("(")[0]
    return name in {
        "property",
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "overload",
        "dataclass",
    } or (name.endswith(".setter"))


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _with_docstrings(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    doc: ast.stmt | None = None
    for node in body:
        if _is_text(node):
            doc = node
            continue
        if isinstance(node, Function) and doc is not None:
            node.body = [doc, *node.body]
        yield _for_frames(node) if isinstance(node, Function) else node


def _for_frames(node: Function) -> Function:
    """Let an indicator over a dataframe name the columns that it reads, as TA-Lib does."""
    first = node.args.args[:1]
    if (
        first
        and first[0].annotation is not None
        and "DataFrame" in ast.unparse(first[0].annotation)
    ):
        for name, kind in (("price", "str"), ("prices", "list[str]")):
            node.args.kwonlyargs.append(ast.arg(name, ast.parse(kind, mode="eval").body))
            node.args.kw_defaults.append(ast.Constant(...))
    return node


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    for token in tokens:
        if token.type == tokenize.COMMENT and "type:" not in token.string:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(line for line in lines if line.strip())
