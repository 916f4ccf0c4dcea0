"""How far a phone has read, as text that only the server can write and that is worth nothing to another user. Pure."""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime

_PURPOSE = b"zhucun sync cursor 1\n"
_MAC_BYTES = 16
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a walk through the streams.

    `user_id` whose; `scope` a digest of what the user might see when the walk began; `since` only what changed after
    it (None: a first load); `until` when this walk began (None: it has not); `stream` the stream that is being read,
    `after` its last row (when it changed, its id), None at its beginning.
    """

    user_id: int
    scope: str
    since: datetime | None
    until: datetime | None
    stream: int = 0
    after: tuple[datetime, str] | None = None


def seal_cursor(secret: bytes, cursor: Cursor) -> str:
    """The cursor as text for the phone."""
    payload = json.dumps(list(asdict(cursor).values()), separators=(",", ":"), default=datetime.isoformat).encode()
    return base64.urlsafe_b64encode(_mac(secret, payload) + payload).decode().rstrip("=")


def open_cursor(secret: bytes, text: str) -> Cursor | None:
    """The cursor that was sealed; None for whatever this server has not written."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, payload)):
        return None
    user_id, scope, since, until, stream, after = json.loads(payload)
    return Cursor(user_id, scope, since and datetime.fromisoformat(since), until and datetime.fromisoformat(until),
                  stream, after and (datetime.fromisoformat(after[0]), after[1]))


def scope_digest(*parts: object) -> str:
    """A short digest of what a user may see; another one means that a phone has to begin anew."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _mac(secret: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + payload, "sha256")[:_MAC_BYTES]
