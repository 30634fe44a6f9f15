"""The form of the ids that name documents. What has another form names nothing of ours."""

import re
from typing import Final

ID_PATTERN: Final = r"^[A-Za-z0-9-]{1,64}$"
# Firestore takes neither dots alone nor names between double underscores; a slash would lead elsewhere.
_USER_ID = re.compile(r"(?!\.{1,2}$)(?!__.*__$)[^/\x00-\x1f]{1,128}")


def is_id(text: str) -> bool:
    """Whether we could have given this id to something."""
    return re.fullmatch(ID_PATTERN, text) is not None


def is_user_id(text: str) -> bool:
    """Whether Firebase could have given this id to a user whose documents we can name."""
    return _USER_ID.fullmatch(text) is not None
