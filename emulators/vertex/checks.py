"""What Vertex AI refuses: requests that a lenient stand-in would let through."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$")
_KNOWN = {
    "contents",
    "systemInstruction",
    "tools",
    "toolConfig",
    "generationConfig",
    "safetySettings",
    "labels",
    "cachedContent",
}


def refusal(body: object, signatures: set[str]) -> str | None:
    """Return why a request is invalid.

    Args:
        body: the request.
        signatures: thought signatures that were given out; one that came with a call must come back with it.
    """
    if not isinstance(body, Mapping):
        return "Invalid JSON payload received."
    if unknown := body.keys() - _KNOWN:
        return f'Invalid JSON payload received. Unknown name "{min(unknown)}": Cannot find field.'
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        return "at least one contents field is required"
    return _of_tools(body.get("tools", [])) or _of_contents(contents, signatures)


def _of_tools(tools: Sequence[Mapping[str, Any]]) -> str | None:
    for declaration in (item for tool in tools for item in tool.get("functionDeclarations", [])):
        if not _NAME.match(declaration.get("name", "")):
            return f"Invalid function name {declaration.get('name')!r}."
        if not declaration.get("description"):
            return f"Function {declaration['name']} has no description."
    return None


def _of_contents(contents: Sequence[Mapping[str, Any]], signatures: set[str]) -> str | None:
    calls: list[str] = []
    for content in contents:
        if content.get("role") not in {"user", "model"}:
            return "Please use a valid role: user, model."
        parts = content.get("parts")
        if not isinstance(parts, list) or not parts:
            return "Unable to submit request because it must include at least one parts field."
        answered = [part["functionResponse"] for part in parts if "functionResponse" in part]
        if (calls or answered) and [item.get("name") for item in answered] != calls:
            return (
                "Please ensure that the number of function response parts is equal to the number of function call "
                "parts of the function call turn."
            )
        if any(not isinstance(item.get("response"), Mapping) for item in answered):
            return "Function response must be an object."
        calls = [part["functionCall"]["name"] for part in parts if "functionCall" in part]
        if problem := _of_signatures(parts, signatures):
            return problem
    return None if contents[-1]["role"] == "user" else "Please ensure that the last turn is a user turn."  # fmt: skip


def _of_signatures(parts: Sequence[Mapping[str, Any]], signatures: set[str]) -> str | None:
    first = next((part for part in parts if "functionCall" in part), None)
    if first is None or not signatures:
        return None
    if first.get("thoughtSignature") not in signatures:
        return f"Function call {first['functionCall']['name']!r} is missing a thought_signature in functionCall parts."
    return None
