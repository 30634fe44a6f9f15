"""gRPC services over the message types of Google's own client libraries."""

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import grpc
import grpc.aio
import proto  # type: ignore[import-untyped]

_log = logging.getLogger(__name__)
T = TypeVar("T")
Handler = Callable[[Any], Awaitable[Any]]


class Refused(Exception):
    """A call ends with this status, as Google's own service would end it."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def invalid(message: str) -> Refused:
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message: str) -> Refused:
    return Refused(grpc.StatusCode.NOT_FOUND, message)


def service(
    name: str,
    messages: ModuleType,
    methods: Mapping[str, tuple[Handler, Any]],
    requests: Mapping[str, Any] = MappingProxyType({}),
) -> grpc.GenericRpcHandler:
    """Make a gRPC service; a method that is not given answers UNIMPLEMENTED.

    Args:
        name: with its package.
        messages: where the request of the method `Name` is called `NameRequest`.
        methods: by name, what runs and the type of its response, of proto-plus or plain protobuf.
        requests: by name, the types of the requests that are defined elsewhere.
    """
    return grpc.method_handlers_generic_handler(
        name,
        {
            method: grpc.unary_unary_rpc_method_handler(
                _answering(method, handler),
                request_deserializer=_reader(
                    requests.get(method) or getattr(messages, f"{method}Request")
                ),
                response_serializer=_writer(response),
            )
            for method, (handler, response) in methods.items()
        },
    )


def page(
    items: Iterable[T], key: Callable[[T], str], size: int, token: str, largest: int
) -> tuple[list[T], str]:
    """Return the items of one page in the order of their keys, and the token of the next page."""
    if size < 0:
        raise invalid("page_size must not be negative.")
    after = _read_token(token)
    rest = sorted((item for item in items if not token or key(item) > after), key=key)
    count = min(size or largest, largest)
    shown = rest[:count]
    return shown, _token(key(shown[-1])) if len(rest) > count else ""


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _read_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise invalid("The page token is not one of this service.") from error


def _reader(kind: Any) -> Callable[[bytes], Any]:
    reader: Callable[[bytes], Any] = (
        kind.deserialize if issubclass(kind, proto.Message) else kind.FromString
    )
    return reader


def _writer(kind: Any) -> Callable[[Any], bytes]:
    writer: Callable[[Any], bytes] = (
        kind.serialize if issubclass(kind, proto.Message) else kind.SerializeToString
    )
    return writer


def _answering(
    name: str, handler: Handler
) -> Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]]:
    async def answer(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        try:
            return await handler(request)
        except Refused as refused:
            _log.info("%s refused: %s %s", name, refused.code.name, refused)
            await context.abort(refused.code, str(refused))
        except Exception:  # noqa: BLE001 - whatever it is, the caller must hear of it
            _log.exception("%s failed", name)
            await context.abort(grpc.StatusCode.INTERNAL, f"The emulator failed in {name}.")

    return answer
