"""What came, the newest last, and no more than a machine should keep."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, Final

_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Letters:
    """Mails by their readers, webhooks by the name in their path."""

    mails: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    hooks: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add_mail(self, readers: list[str], content: bytes) -> None:
        mail = message_from_bytes(content, policy=policy.default)
        body = mail.get_body(preferencelist=("plain",))
        self.mails.append(
            {
                "to": readers,
                "from": str(mail["From"] or ""),
                "subject": str(mail["Subject"] or ""),
                "id": str(mail["Message-ID"] or ""),
                "text": "" if body is None else body.get_content().replace("\r\n", "\n"),
            }
        )

    def add_hook(self, name: str, headers: Mapping[str, str], body: str) -> None:
        self.hooks.append({"name": name, "headers": dict(headers), "body": body})

    def mails_to(self, reader: str) -> list[Mapping[str, Any]]:
        return [mail for mail in self.mails if not reader or reader in mail["to"]]

    def hooks_of(self, name: str) -> list[Mapping[str, Any]]:
        return [hook for hook in self.hooks if hook["name"] == name]
