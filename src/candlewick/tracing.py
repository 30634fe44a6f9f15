"""The trace that a request belongs to, as Cloud Run and Cloud Tasks hand it on in headers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_W3C = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")
# Google's own header, older than the standard: its span is a decimal number.
_GOOGLE = re.compile(
    r"(?P<trace>[0-9a-f]{32})(?:/(?P<span>[0-9]{1,20}))?(?:;o=(?P<options>[01]))?", re.IGNORECASE
)
_ZEROS = "0"
_SAMPLED = 1
_SPAN_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Ids in lower-case hexadecimal: 32 digits of the trace, 16 of the span."""

    trace_id: str
    span_id: str | None = None
    is_sampled: bool = False

    def header(self) -> str | None:
        """Return the `traceparent` that continues this trace; `None` where no span is known."""
        if self.span_id is None:
            return None
        return f"00-{self.trace_id}-{self.span_id}-{int(self.is_sampled):02x}"

    def log_fields(self, project: str | None) -> Mapping[str, object]:
        """Return the fields by which Cloud Logging joins lines."""
        name = self.trace_id if project is None else f"projects/{project}/traces/{self.trace_id}"
        fields: dict[str, object] = {
            "logging.googleapis.com/trace": name,
            "logging.googleapis.com/trace_sampled": self.is_sampled,
        }
        if self.span_id is not None:
            fields["logging.googleapis.com/spanId"] = self.span_id
        return fields


def trace_of(header: Callable[[str, str], str]) -> Trace | None:
    """Read `traceparent`, else `X-Cloud-Trace-Context`; `None` when neither has the form of one."""
    if found := _W3C.fullmatch(header("traceparent", "")):
        if not found["trace"].strip(_ZEROS) or not found["span"].strip(_ZEROS):
            return None
        flags = int(found["flags"], 16)
        return Trace(
            trace_id=found["trace"], span_id=found["span"], is_sampled=bool(flags & _SAMPLED)
        )
    if found := _GOOGLE.fullmatch(header("X-Cloud-Trace-Context", "")):
        return Trace(
            trace_id=found["trace"].lower(),
            span_id=_hexadecimal(found["span"]),
            is_sampled=found["options"] == "1",
        )
    return None


def _hexadecimal(span: str | None) -> str | None:
    number = int(span or 0)
    return f"{number:016x}" if 0 < number < 1 << _SPAN_BITS else None
