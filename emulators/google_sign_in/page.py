"""The two pages: who are you, and what is wrong with the request."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from emulators.google_sign_in.grants import Refused, Request

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { width: min(24rem, 100% - 2rem); }
form, fieldset { display: grid; gap: .75rem; }
fieldset { border: 1px solid #8888; border-radius: .5rem; margin: 0; }
label { display: grid; gap: .25rem; }
fieldset label { display: flex; gap: .5rem; }
input:not([type=radio]), button { font: inherit; padding: .5rem .75rem; }
.note { opacity: .8; }
.error { color: #c5221f; }
"""


def question(query: str, wanted: Request, known: Sequence[str]) -> str:
    """Return the page that asks who signs in; its form answers to the same address."""
    site = urlsplit(wanted.redirect_uri).netloc
    return _page(
        "Sign in with Google (emulator)",
        f"<p>to go on to <strong>{escape(site)}</strong></p>"
        f'<form method="post" action="?{escape(query)}">'
        f"{_choices(known)}"
        '<label>E-mail <input name="other" type="email" autocomplete="off" autofocus></label>'
        '<button name="answer" value="go">Continue</button>'
        '<button name="answer" value="cancel" formnovalidate>Cancel</button>'
        "</form>"
        '<p class="note">This page stands in for the one of Google on your machine. Any address works,'
        " and nothing is sent anywhere.</p>",
    )


def refusal(refused: Refused) -> str:
    """Return the page for a request that no app should send."""
    return _page(
        "The request is wrong",
        f'<p class="error">Error 400: {escape(refused.error)}</p><p>{escape(str(refused))}</p>',
    )


def _choices(known: Sequence[str]) -> str:
    if not known:
        return ""
    radios = "".join(
        f'<label><input type="radio" name="known" value="{escape(email)}"> {escape(email)}</label>'
        for email in known
    )
    return f"<fieldset><legend>Signed in here before</legend>{radios}</fieldset>"


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
