"""Vertex AI's streaming endpoint, with Google's paths, and a script beside it.

POST /v1beta1/projects/P/locations/L/publishers/google/models/M:streamGenerateContent?alt=sse
PUT  /script     the answers to come: {"answers": […]}, see `script.Answer`
GET  /script     {"left", "asked": the requests that came, "cutOff": streams whose reader went away}
"""

import asyncio
import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from emulators.vertex.checks import refusal
from emulators.vertex.script import Answer, Script

_CALL = re.compile(r"^[a-z0-9.@-]+:streamGenerateContent$")
_PATH = (
    "/{version:v1|v1beta1}/projects/{project}/locations/{location}/publishers/google/models/{call}"
)
_MAX_BODY = 8 * 2**20


def create_app(*, signs_thoughts: bool = True) -> web.Application:
    """Return the endpoint.

    Args:
        signs_thoughts: give a signature with the first call of an answer, and ask for it back, as Gemini 3 does.
    """
    endpoint = _Endpoint(Script(), signs_thoughts)
    app = web.Application(client_max_size=_MAX_BODY)
    app.router.add_post(_PATH, endpoint.generate)
    app.router.add_put("/script", endpoint.replace)
    app.router.add_get("/script", endpoint.show)
    return app


class _Endpoint:
    def __init__(self, script: Script, signs: bool) -> None:  # noqa: FBT001 - one call of it
        self._script, self._signs = script, signs

    async def generate(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return _error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
        if (refused := self._refused(request, body)) is not None:
            return refused
        answer = self._script.next()
        if answer is None:
            return _error(400, "FAILED_PRECONDITION", "The script is over.")
        if answer.error is not None:
            error = answer.error
            return _error(error["code"], error["status"], error.get("message", error["status"]))
        return await _Speaker(request, self._script, self._signs).say(answer)

    async def replace(self, request: web.Request) -> web.Response:
        try:
            self._script.replace((await request.json())["answers"])
        except (KeyError, TypeError, ValueError) as error:
            return web.Response(status=400, text=f"{error}\n")
        return web.Response(status=204)

    async def show(self, _: web.Request) -> web.Response:
        script = self._script
        return web.json_response(
            {"left": script.left, "asked": script.asked, "cutOff": script.cut_off}
        )

    def _refused(self, request: web.Request, body: Any) -> web.Response | None:
        if not _CALL.match(request.match_info["call"]) or request.query.get("alt") != "sse":
            return _error(404, "NOT_FOUND", "Publisher Model or method was not found.")
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        self._script.asked.append({**dict(request.match_info), "body": body})
        problem = refusal(body, self._script.signatures)
        return None if problem is None else _error(400, "INVALID_ARGUMENT", problem)


class _Speaker:
    """Speaks one answer as server-sent events."""

    def __init__(self, request: web.Request, script: Script, signs: bool) -> None:  # noqa: FBT001 - one call of it
        self._request, self._script = request, script
        self._model = request.match_info["call"].partition(":")[0]
        self._number = len(script.asked)
        self._unsigned = signs
        self._response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})

    async def say(self, answer: Answer) -> web.StreamResponse:
        await self._response.prepare(self._request)
        try:
            for step in answer.steps:
                if step.get("cut"):
                    self._cut()
                    return self._response
                await self._step(step)
            last = {"finishReason": answer.finish} if answer.finish else {}
            await self._send([{"text": ""}], last, {**_USAGE, **answer.usage})
            await self._response.write_eof()
        except (ConnectionResetError, asyncio.CancelledError):
            self._script.cut_off += 1
            raise
        return self._response

    def _cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _step(self, step: Mapping[str, Any]) -> None:
        await asyncio.sleep(step.get("delay_s", 0))
        if "raw" in step:
            await self._response.write(step["raw"].encode())
        elif "text" in step:
            await self._send([{"text": step["text"]}])
        elif "thought" in step:
            await self._send([{"text": step["thought"], "thought": True}])
        elif "parts" in step:
            await self._send(step["parts"])
        elif "call" in step:
            await self._send([self._call(step["call"])])

    def _call(self, call: Mapping[str, Any]) -> dict[str, Any]:
        part: dict[str, Any] = {"functionCall": {"name": call["name"], "args": call["args"]}}
        if self._unsigned:
            self._unsigned = False
            text = f"thought {self._number}"
            signature = base64.b64encode(text.encode()).decode()
            self._script.signatures.add(signature)
            part["thoughtSignature"] = signature
        return part

    async def _send(
        self,
        parts: list[dict[str, Any]],
        more: Mapping[str, Any] | None = None,
        usage: Mapping[str, Any] | None = None,
    ) -> None:
        candidate = {"content": {"role": "model", "parts": parts}, **(more or {})}
        chunk = {
            "candidates": [candidate],
            "usageMetadata": {"trafficType": "ON_DEMAND", **(usage or {})},
            "modelVersion": self._model,
            "createTime": "2026-01-05T12:00:00.000000Z",
            "responseId": f"response-{self._number}",
        }
        await self._response.write(f"data: {json.dumps(chunk)}\r\n\r\n".encode())


_USAGE = {"promptTokenCount": 900, "candidatesTokenCount": 100, "totalTokenCount": 1_000}


def _error(code: int, status: str, message: str) -> web.Response:
    body = {"error": {"code": code, "message": message, "status": status}}
    return web.json_response(body, status=code)
