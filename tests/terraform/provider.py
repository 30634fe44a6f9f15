"""A provider for Terraform that knows the google providers' schema and no Google.

Terraform itself then checks every argument, type and reference, and plans: what a configuration sets is
kept, what Google would fill in is unknown. It speaks the parts of Terraform's plugin protocol 5 that
`validate` and `plan` need.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import msgpack
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
# Terraform's own numbering of the messages' fields; an enum travels as a number.
_SCALARS = {
    "int64": _FIELD.TYPE_INT64,
    "bool": _FIELD.TYPE_BOOL,
    "string": _FIELD.TYPE_STRING,
    "bytes": _FIELD.TYPE_BYTES,
    "enum": _FIELD.TYPE_INT32,
}
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "DynamicValue": {"msgpack": (1, "bytes"), "json": (2, "bytes")},
    "Diagnostic": {"severity": (1, "enum"), "summary": (2, "string"), "detail": (3, "string")},
    "Attribute": {
        "name": (1, "string"),
        "type": (2, "bytes"),
        "required": (4, "bool"),
        "optional": (5, "bool"),
        "computed": (6, "bool"),
    },
    "NestedBlock": {
        "type_name": (1, "string"),
        "block": (2, "Block"),
        "nesting": (3, "enum"),
        "min_items": (4, "int64"),
        "max_items": (5, "int64"),
    },
    "Block": {
        "version": (1, "int64"),
        "attributes": (2, "Attribute*"),
        "block_types": (3, "NestedBlock*"),
    },
    "Schema": {"version": (1, "int64"), "block": (2, "Block")},
    "Entry": {"key": (1, "string"), "value": (2, "Schema")},
    "SchemaReply": {
        "provider": (1, "Schema"),
        "resource_schemas": (2, "Entry*"),
        "data_source_schemas": (3, "Entry*"),
        "diagnostics": (4, "Diagnostic*"),
    },
    "Prepare": {"config": (1, "DynamicValue")},
    "Prepared": {"prepared_config": (1, "DynamicValue"), "diagnostics": (2, "Diagnostic*")},
    "Typed": {"type_name": (1, "string"), "config": (2, "DynamicValue")},
    "Diagnosed": {"diagnostics": (1, "Diagnostic*")},
    "Plan": {
        "type_name": (1, "string"),
        "prior_state": (2, "DynamicValue"),
        "proposed_new_state": (3, "DynamicValue"),
        "config": (4, "DynamicValue"),
    },
    "Planned": {"planned_state": (1, "DynamicValue"), "diagnostics": (4, "Diagnostic*")},
    "Import": {"type_name": (1, "string"), "id": (2, "string")},
    "Imported": {"imported_resources": (1, "Stored*"), "diagnostics": (2, "Diagnostic*")},
    "Stored": {"type_name": (1, "string"), "state": (2, "DynamicValue")},
    "Refresh": {"type_name": (1, "string"), "current_state": (2, "DynamicValue")},
    "Refreshed": {"new_state": (1, "DynamicValue"), "diagnostics": (2, "Diagnostic*")},
    "Read": {"state": (1, "DynamicValue"), "diagnostics": (2, "Diagnostic*")},
}
_NESTING = {"single": 1, "list": 2, "set": 3}
_UNKNOWN = msgpack.ExtType(0, b"\x00")


def _messages() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="provider.proto", package="p", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            plain = kind.removesuffix("*")
            made = message.field.add(name=field, number=number)
            made.label = _FIELD.LABEL_REPEATED if kind.endswith("*") else _FIELD.LABEL_OPTIONAL
            made.type = _SCALARS.get(plain, _FIELD.TYPE_MESSAGE)
            if plain in _MESSAGES:
                made.type_name = f".p.{plain}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"p.{name}"))
        for name in _MESSAGES
    }


_M = _messages()


def type_of(text: str) -> Any:
    """Return Terraform's JSON form of a type such as `map(string)`."""
    if nested := re.fullmatch(r"(list|set|map)\((.+)\)", text):
        return [nested[1], type_of(nested[2])]
    return text


def _attribute(name: str, text: str) -> Any:
    required, optional = text.endswith("!"), text.endswith("?")
    kind = type_of(text.rstrip("!?"))
    return _M["Attribute"](
        name=name,
        type=json.dumps(kind).encode(),
        required=required,
        optional=optional,
        computed=not required,
    )


def _output(name: str, block: Mapping[str, Any]) -> Any:
    kind = ["list", _object(block)]
    return _M["Attribute"](name=name, type=json.dumps(kind).encode(), computed=True)


def _object(block: Mapping[str, Any]) -> Any:
    fields = {k: type_of(v.rstrip("!?")) for k, v in block.get("attributes", {}).items()}
    for name, nested in {**block.get("blocks", {}), **block.get("outputs", {})}.items():
        fields[name] = ["list", _object(nested)]
    return ["object", fields]


def _block(block: Mapping[str, Any]) -> Any:
    nested = [
        _M["NestedBlock"](
            type_name=name,
            block=_block(inner),
            nesting=_NESTING[inner["nesting"]],
            min_items=inner.get("min", 0),
            max_items=inner.get("max", 0),
        )
        for name, inner in block.get("blocks", {}).items()
    ]
    attributes = [_attribute(*item) for item in block.get("attributes", {}).items()]
    attributes += [_output(*item) for item in block.get("outputs", {}).items()]
    return _M["Block"](attributes=attributes, block_types=nested)


def _schema(block: Mapping[str, Any]) -> Any:
    return _M["Schema"](block=_block(block))


def filled_in(block: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a planned block: what Google would decide, and nobody has set, is unknown."""
    done: dict[str, Any] = dict(proposed)
    for name, kind in block.get("attributes", {}).items():
        if done.get(name) is None and not kind.endswith("!"):
            done[name] = _UNKNOWN
    for name in block.get("outputs", {}):
        done[name] = _UNKNOWN
    for name, inner in block.get("blocks", {}).items():
        if isinstance(done.get(name), list):
            done[name] = [filled_in(inner, item) for item in done[name]]
    return done


def _empty(block: Mapping[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys([*block.get("attributes", {}), *block.get("outputs", {})])
    for name, inner in block.get("blocks", {}).items():
        empty[name] = None if inner["nesting"] == "single" else []
    return empty


def _nothing(_: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


class Provider:
    """One provider's answers.

    Args:
        schema: its part of schema.json, with the block `provider` for its own configuration.
        known: what a data source answers, by type; the rest of it is null.
        answers: for a type of resource, which of its outputs follow from its arguments.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        known: Mapping[str, Mapping[str, object]],
        answers: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]],
    ) -> None:
        self._schema = schema
        self._known = known
        self._answers = answers

    def handlers(self) -> dict[str, tuple[str, Callable[[Any], Any]]]:
        """Return for each call the message that it takes, and who answers it."""
        return {
            "GetSchema": ("Diagnosed", self._schemas),
            "PrepareProviderConfig": (
                "Prepare",
                lambda asked: _M["Prepared"](prepared_config=asked.config),
            ),
            "ValidateResourceTypeConfig": ("Typed", lambda _: _M["Diagnosed"]()),
            "ValidateDataSourceConfig": ("Typed", lambda _: _M["Diagnosed"]()),
            "Configure": ("Typed", lambda _: _M["Diagnosed"]()),
            "PlanResourceChange": ("Plan", self._plan),
            "ReadDataSource": ("Typed", self._read),
            "ImportResourceState": ("Import", self._import),
            "ReadResource": (
                "Refresh",
                lambda asked: _M["Refreshed"](new_state=asked.current_state),
            ),
        }

    def _schemas(self, _: Any) -> Any:
        return _M["SchemaReply"](
            provider=_schema(self._schema["provider"]),
            resource_schemas=self._entries("resource"),
            data_source_schemas=self._entries("data"),
        )

    def _entries(self, kind: str) -> list[Any]:
        return [_M["Entry"](key=k, value=_schema(v)) for k, v in self._schema[kind].items()]

    def _plan(self, asked: Any) -> Any:
        proposed = msgpack.unpackb(asked.proposed_new_state.msgpack, ext_hook=msgpack.ExtType)
        if proposed is not None:
            answer = self._answers.get(asked.type_name, _nothing)(proposed)
            proposed = filled_in(self._schema["resource"][asked.type_name], proposed) | {**answer}
        state = _M["DynamicValue"](msgpack=msgpack.packb(proposed))
        return _M["Planned"](planned_state=state)

    def _import(self, asked: Any) -> Any:
        """Answer that what is asked for exists; what it is like, the plan need not know."""
        state = {**_empty(self._schema["resource"][asked.type_name]), "id": asked.id}
        stored = _M["DynamicValue"](msgpack=msgpack.packb(state))
        return _M["Imported"](
            imported_resources=[_M["Stored"](type_name=asked.type_name, state=stored)]
        )

    def _read(self, asked: Any) -> Any:
        config = msgpack.unpackb(asked.config.msgpack, ext_hook=msgpack.ExtType)
        answer = {**config, **self._known.get(asked.type_name, {})}
        return _M["Read"](state=_M["DynamicValue"](msgpack=msgpack.packb(answer)))


class _Service(grpc.GenericRpcHandler):
    def __init__(self, provider: Provider) -> None:
        self._handlers = provider.handlers()

    def service(self, call: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any] | None":
        method = str(call.method).rpartition("/")[2]
        if method not in self._handlers:
            return None
        takes, answer = self._handlers[method]
        return grpc.unary_unary_rpc_method_handler(
            lambda request, _context: answer(request),
            request_deserializer=_M[takes].FromString,
            response_serializer=lambda reply: reply.SerializeToString(),
        )


@contextmanager
def served(providers: Mapping[str, Provider], *, pid: int) -> Iterator[str]:
    """Serve providers on loopback; yield the value of TF_REATTACH_PROVIDERS that names them."""
    servers, addresses = [], {}
    try:
        for name, provider in providers.items():
            server = grpc.server(ThreadPoolExecutor(max_workers=8))
            server.add_generic_rpc_handlers((_Service(provider),))
            port = server.add_insecure_port("127.0.0.1:0")
            server.start()
            servers.append(server)
            addresses[f"registry.terraform.io/hashicorp/{name}"] = {
                "Protocol": "grpc",
                "ProtocolVersion": 5,
                "Pid": pid,
                "Test": True,
                "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
            }
        yield json.dumps(addresses)
    finally:
        for server in servers:
            server.stop(None)
