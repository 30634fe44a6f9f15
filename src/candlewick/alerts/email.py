"""Alerts as e-mail, over the operator's SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from candlewick.alerts import words
from candlewick.alerts.models import Alert, Undeliverable
from candlewick.bots.models import AlertSettings
from candlewick.errors import Unavailable
from candlewick.settings import BadSettings

_PATIENCE_S: Final = 15
_PERMANENT: Final = range(500, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """`smtps` is TLS from the start, `smtp+starttls` after a greeting, `smtp` none: for a server on this machine."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtps://user:password@host:port`; `BadSettings` when it is none."""
        parts = urlsplit(url)
        ports = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
        if parts.scheme not in ports or not parts.hostname:
            raise BadSettings(
                "CANDLEWICK_SMTP_URL must have the form smtps://user:password@host:port "
                "(or smtp+starttls://, or smtp:// for a server on this machine)."
            )
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or ports[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSender:
    """`Sender` over SMTP; `sender` is the address that mails come from."""

    server: SmtpServer
    sender: str

    def send(self, alert: Alert, settings: AlertSettings) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, settings.email
        mail["Subject"] = words.subject(alert)
        # The same however often it is sent, so that mailboxes can drop a second copy.
        mail["Message-ID"] = f"<{alert.bot_id}.{alert.id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(words.message(alert))
        try:
            with self._connected() as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code in _PERMANENT for code in codes):
                raise Undeliverable(
                    f"The mail server refuses the address {settings.email}."
                ) from error
            raise _later() from error
        except (OSError, smtplib.SMTPException) as error:
            raise _later() from error

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_PATIENCE_S, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_S)
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        return smtp


def _later() -> Unavailable:
    return Unavailable("The mail server cannot be reached, or does not take the mail now.")
