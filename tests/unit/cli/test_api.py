"""How the command line speaks HTTP: it retries what is harmless and gives up in words."""

import httpx
import pytest

from candlewick.cli.api import Api, ApiProblem

RUN = {"id": "r1", "state": "running"}


class Script:
    """Answers or raises in order; the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def api(self) -> Api:
        client = httpx.Client(
            base_url="http://candlewick.test/api/v1", transport=httpx.MockTransport(self)
        )
        return Api(client, sleep=self.pauses.append)


def refusal(status: int, **headers: str) -> httpx.Response:
    body = {"code": "busy", "detail": "Too busy."}
    return httpx.Response(
        status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_a_busy_server_is_asked_again_after_the_pause_that_it_names() -> None:
    script = Script(refusal(429, Retry_After="7"), refusal(503), httpx.Response(200, json=RUN))

    assert script.api().get("/backtests/r1") == RUN

    assert script.pauses == [7.0, 1.0]


@pytest.mark.parametrize(("given", "pause"), [("soon", 1.0), ("9999", 30.0)])
def test_a_strange_pause_is_not_believed(given: str, pause: float) -> None:
    script = Script(refusal(503, Retry_After=given), httpx.Response(200, json=RUN))

    script.api().get("/x")

    assert script.pauses == [pause]


def test_a_server_that_stays_busy_is_given_up_in_its_words() -> None:
    script = Script(refusal(503))

    with pytest.raises(ApiProblem, match="Too busy") as told:
        script.api().get("/x")

    assert (told.value.http_status, told.value.problem_code) == (503, "busy")
    assert len(script.requests) == 5


def test_a_lost_connection_is_tried_again_with_the_same_key() -> None:
    script = Script(httpx.ConnectError("reset"), httpx.Response(202, json=RUN))

    assert script.api().submit({"version": 1}) == RUN

    keys = [request.headers["Idempotency-Key"] for request in script.requests]
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_two_submissions_have_two_keys() -> None:
    script = Script(httpx.Response(202, json=RUN))
    api = script.api()

    for _ in range(2):
        api.submit({})

    assert len({request.headers["Idempotency-Key"] for request in script.requests}) == 2


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(ApiProblem, match=r"candlewick\.test.*does not answer"):
        Script(httpx.ConnectError("refused")).api().get("/x")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"code": "x"}', b"\xff"])
def test_an_answer_that_is_not_ours_is_told_by_its_status(body: bytes) -> None:
    with pytest.raises(ApiProblem, match="answered 502"):
        Script(httpx.Response(502, content=body)).api().get("/x")


def test_a_refusal_is_not_repeated() -> None:
    script = Script(refusal(409))

    with pytest.raises(ApiProblem):
        script.api().post("/x")

    assert len(script.requests) == 1


def test_pages_are_followed_to_the_end() -> None:
    script = Script(
        httpx.Response(200, json={"items": [{"n": 1}], "nextCursor": "c"}),
        httpx.Response(200, json={"items": [{"n": 2}], "nextCursor": None}),
    )

    assert [item["n"] for item in script.api().pages("/x", size=1)] == [1, 2]

    assert [dict(request.url.params) for request in script.requests] == [
        {"size": "1"},
        {"size": "1", "cursor": "c"},
    ]


def test_a_run_is_watched_until_it_is_over() -> None:
    script = Script(
        httpx.Response(200, json=RUN), httpx.Response(200, json=RUN | {"state": "failed"})
    )

    states = [run["state"] for run in script.api().watch("r1")]

    assert states == ["running", "failed"]
    assert len(script.pauses) == 1
