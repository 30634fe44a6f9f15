"""What goes wrong between us and Vertex AI, as a sentence for the user."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from google.auth.exceptions import GoogleAuthError
from google.genai.errors import APIError, UnknownApiResponseError

from candlewick.errors import AppError, Unavailable
from candlewick.log import logger

log = logger(__name__)

_KEPT = "Your message is kept."


class ModelBusy(Unavailable):
    """Vertex AI's own quota is exhausted."""

    code = "model_busy"


class ModelFailed(AppError):
    """The model answered with something that cannot be used."""

    code, status, retryable = "model_failed", 502, True


class ModelRefused(AppError):
    """Vertex AI does not take the request; the same one will not work later."""

    code, status = "model_refused", 502


@contextmanager
def told() -> Iterator[None]:
    """Raise an `AppError` for whatever the client raises."""
    try:
        yield
    except AppError:
        raise
    except APIError as error:
        log.warning("model answered with an error", extra={"status": error.code})
        raise _of_status(error) from error
    except (UnknownApiResponseError, ValueError) as error:
        log.warning("model answered with no JSON")
        raise ModelFailed(f"The model's answer could not be read. {_KEPT} Try again.") from error
    except GoogleAuthError as error:
        log.warning("model not reachable", extra={"reason": type(error).__name__})
        raise ModelRefused(
            f"Candlewick may not use the model: its credentials do not work. {_KEPT}"
        ) from error
    except Exception as error:
        # The client lets through what its HTTP library raises, and it has a choice of two.
        if not _is_transport(error):
            raise
        log.warning("model not reachable", extra={"reason": type(error).__name__})
        raise _of_transport(error) from error


def _of_status(error: APIError) -> AppError:
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        return ModelBusy(
            f"The model has no capacity left for Candlewick at the moment. {_KEPT} Try again in a minute."
        )
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"The model does not work at the moment. {_KEPT} Try again.")
    return ModelRefused(
        f"The model does not take this conversation. {_KEPT} Begin a new one, or say it in other words."
    )


def _is_transport(error: Exception) -> bool:
    roots = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    return bool(roots & {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"})


def _of_transport(error: Exception) -> AppError:
    if "Timeout" in type(error).__name__:
        return Unavailable(f"The model took too long to answer. {_KEPT} Try again.")
    return Unavailable(f"The connection to the model broke. {_KEPT} Try again.")
