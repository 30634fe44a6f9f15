"""Firestore documents from our frozen dataclasses and back: camelCase fields, decimals as text."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

Model = TypeVar("Model")
Document = dict[str, Any]


def to_document(model: object) -> Document:
    document: Document = _converter.unstructure(model)
    return document


def from_document(document: Document, model: type[Model]) -> Model:
    """Read a stored document. Fields that `model` does not know are left alone."""
    return _converter.structure(document, model)


def _make_converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook_factory(is_dataclass, _unstructure_dataclass(converter))
    converter.register_structure_hook_factory(is_dataclass, _structure_dataclass(converter))
    converter.register_unstructure_hook_func(
        _is_pydantic, lambda model: model.model_dump(mode="json", by_alias=True)
    )
    converter.register_structure_hook_func(
        _is_pydantic, lambda value, kind: kind.model_validate(value)
    )
    converter.register_structure_hook(datetime, lambda value, _: value)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook_func(_is_enum, lambda value: value.value)
    converter.register_unstructure_hook_func(_is_frozenset, lambda value: sorted(map(str, value)))
    return converter


def _is_pydantic(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_frozenset(kind: object) -> bool:
    return get_origin(kind) is frozenset


def _unstructure_dataclass(converter: Converter) -> Any:
    return lambda kind: make_dict_unstructure_fn(kind, converter, **_names(kind))


def _structure_dataclass(converter: Converter) -> Any:
    return lambda kind: make_dict_structure_fn(kind, converter, **_names(kind))


def _names(kind: Any) -> Any:
    return {field.name: override(rename=to_camel(field.name)) for field in fields(kind)}


_converter = _make_converter()
