"""Where the command line keeps its sign-in: one file that only the user can read."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from candlewick.cli.api import Api
from candlewick.errors import Unauthenticated


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    url: str
    token: str

    def __repr__(self) -> str:
        return f"Session(url={self.url!r})"


def session_file(env: Mapping[str, str]) -> Path:
    folder = env.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "candlewick" / "session.json"


def save_session(session: Session, env: Mapping[str, str]) -> Path:
    path = session_file(env)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made with its final mode: the token is at no time readable by others.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)  # a file that was there keeps its mode otherwise
        json.dump(asdict(session), file)
    return path


def open_api(env: Mapping[str, str]) -> Api:
    """Return the API of the stored sign-in, or of `CANDLEWICK_API_URL` and `CANDLEWICK_API_TOKEN`."""
    url, token = env.get("CANDLEWICK_API_URL"), env.get("CANDLEWICK_API_TOKEN")
    if url and token:
        return Api.at(url, token)
    try:
        stored = json.loads(session_file(env).read_text())
        return Api.at(stored["url"], stored["token"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unauthenticated("You are not signed in; run `candlewick login` first.") from error
