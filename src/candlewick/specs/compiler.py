"""Compiles a spec to Freqtrade code: the same text for the same spec, laid out as the formatters do."""

from collections.abc import Iterator
from dataclasses import replace

from candlewick.specs.attributes import attributes
from candlewick.specs.frames import frames
from candlewick.specs.helpers import HELPERS
from candlewick.specs.imports import bound_in, imports, names_in
from candlewick.specs.items import METHOD, Item, code_item, indented, joined, with_code
from candlewick.specs.methods import method_text, methods
from candlewick.specs.models import StrategySpec
from candlewick.specs.protections import protections_text


def compile_spec(spec: StrategySpec) -> str:
    """Return the code of a spec that has no problems."""
    own = f"class {spec.name}(IStrategy):\n{indented(_class_body(spec))}"
    code = list(_code(spec, "module"))
    theirs = "\n\n".join(item.text for item in code)
    bound = bound_in(theirs)
    used = names_in(f"{own}\n\n{theirs}") - bound
    helpers = [Item("helpers", HELPERS[name].rstrip(), METHOD) for name in HELPERS if name in used]
    used |= names_in("\n\n".join(item.text for item in helpers)) - bound
    items = [
        Item("imports", imports(used), "imports"),
        *helpers,
        Item("class", own, METHOD),
    ]
    return joined(list(with_code(items, code)), gap="\n\n\n") + "\n"


def anchors(spec: StrategySpec) -> list[str]:
    """Return what code can stand behind in the class, in order."""
    return [item.anchor for item in (*attributes(spec), *_methods(spec))]


def _class_body(spec: StrategySpec) -> str:
    code = list(_code(spec, "class"))
    bound = bound_in("\n\n".join(item.text for item in code))
    items = [
        # Left out where code of the user's says it otherwise; its place stays.
        replace(item, text="") if item.anchor in bound else item
        for item in (*attributes(spec), *_methods(spec))
    ]
    return joined(list(with_code(items, code)))


def _methods(spec: StrategySpec) -> Iterator[Item]:
    if spec.protections:
        yield Item("protections", protections_text(spec.protections), METHOD)
    yield from frames(spec)
    for method in methods(spec):
        yield Item(method.name, method_text(method), METHOD)


def _code(spec: StrategySpec, place: str) -> Iterator[Item]:
    yield from (code_item(block.after, block.code) for block in spec.code if block.place == place)
