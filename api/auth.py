"""Who is asking, and may they: roles on every route, grants over divisions, protection against forged requests.

Reads no table: `create_app` says how a token becomes an Identity (`IDENTITY_LOADER`), and how a log-in that slides is
kept alive (`KEEP_ALIVE`).
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from flask import current_app, g, request

from api import db
from api.errors import Forbidden, Unauthorised
from api.http import now, refusal
from api.vocabulary import ROLES

COOKIE = "zhucun_session"
# The two ways to say that a route is not bound to one role.
PUBLIC = "public"
ANY_USER = "any user"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one division; `path` is the chain of division ids from the top, such as "/1/5/77/"."""

    role: str
    division_id: int
    path: str
    level: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The user behind a request, with the grants that hold today."""

    user_id: int
    language: str
    cadre_id: int | None
    session_id: int
    first_log_in_at: datetime | None
    grants: tuple[Grant, ...]
    # Whether it is time to note that the log-in is in use: a day after the last time for a phone, minutes for a desk.
    slides: bool = False
    # Whether the user agrees to positions; without that word none is kept.
    locates: bool = False
    # When that word was given: a position taken before it was not meant by it.
    locates_from: datetime | None = None

    def has_role(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def grants_over(self, path: str, *roles: str) -> tuple[Grant, ...]:
        """The grants in one of `roles` whose division contains the division at `path`."""
        return tuple(grant for grant in self.grants if grant.role in roles and path.startswith(grant.path))

    def may(self, path: str, *roles: str) -> bool:
        """Whether one of `roles` is held over the division at `path` or above it."""
        return bool(self.grants_over(path, *roles))


def new_token() -> str:
    """256 random bits for a session or an invitation; only their hash is ever stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def identity() -> Identity:
    """The user behind this request; only within a route that requires one."""
    return g.identity


def requires(*roles: str, ask: Callable | None = None, short_way: bool = False, unseen: bool = False):
    """Say who may call a route; the outermost decorator, so that a stranger is turned away before the body is judged.

    Any of ROLES, ANY_USER for whoever is logged in, or PUBLIC. Which *records* a role may touch is the service's rule.
    `ask(session, token_hash, now, idle)` answers the Identity in the place of the usual question, for a view that wants
    to know more by the same question; `short_way` says that the view hopes to write one statement. `unseen`, of what is
    public: nobody asks who it is, whatever cookie came along, and no log line, measure or request id tells of it,
    unless the server failed.
    """
    if unseen and roles != (PUBLIC,):
        raise ValueError("only what is public can be unseen")
    unknown = set(roles) - {*ROLES, PUBLIC, ANY_USER}
    if unknown or not roles:
        raise ValueError(f"unknown roles {unknown or 'none'}")

    def decorate(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            g.unseen = unseen
            if PUBLIC in roles and request.method in db.READS:
                # Pages and `/livez` answer the same to everybody, also while the database is away.
                return view(*args, **kwargs)
            _read_body()
            if unseen:
                return view(*args, **kwargs)
            if short_way:
                db.take_short_way()
            loaded = _load_identity(ask)
            if PUBLIC not in roles:
                if loaded is None:
                    raise Unauthorised()
                if ANY_USER not in roles and not loaded.has_role(*roles):
                    raise Forbidden()
            _keep_alive(loaded)
            return view(*args, **kwargs)

        guarded.required_roles = roles
        _document(guarded, roles)
        return guarded

    return decorate


def _read_body() -> None:
    # A phone with one bar of signal may take seconds to send its body; read it before a transaction is opened.
    if request.method in db.READS:
        return
    # Asking whether it is a form costs nothing; the form parser would also make its empty answers for a JSON body.
    if request.mimetype in FORMS:
        request.get_data(cache=True, parse_form_data=True)
    else:
        request.get_data(cache=True)


def _load_identity(ask: Callable | None) -> Identity | None:
    g.identity = None
    token, from_cookie = _token()
    if token is None:
        return None
    load = ask or current_app.config["IDENTITY_LOADER"]
    g.identity = load(db.session(), token_hash(token), now(), current_app.config["DESK_IDLE"])
    if g.identity is not None and from_cookie:
        _refuse_forgery()
    return g.identity


def _keep_alive(identity: Identity | None) -> None:
    # A GET never writes. On the short way this stands by itself, so whoever was refused must not come here.
    if identity is not None and identity.slides and request.method not in db.READS:
        current_app.config["KEEP_ALIVE"](db.session(), session_id=identity.session_id, now=now())


def _token() -> tuple[str | None, bool]:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip(), False
    return request.cookies.get(COOKIE), True


def _refuse_forgery() -> None:
    """Another site can make a browser send the cookie, but not our header, nor our origin."""
    if request.method in db.READS:
        return
    origin = request.headers.get("Origin")
    if request.headers.get("X-Requested-With") != "zhucun" or (
        origin is not None and origin not in current_app.config["ORIGINS"]
    ):
        raise Forbidden("forged_request")


def _document(view, roles: tuple[str, ...]) -> None:
    doc = view._apidoc = {**getattr(view, "_apidoc", {})}
    manual = doc["manual_doc"] = {**doc.get("manual_doc", {})}
    manual["security"] = [] if PUBLIC in roles else [{"session": []}, {"bearer": []}]
    manual["x-roles"] = list(roles)
    refusals = {401: refusal("Not logged in"), 403: refusal("Not allowed for this user, or a forged request")}
    if PUBLIC not in roles:
        refusals[404] = refusal("Not there, or not yours: both look the same")
    if view.__name__ in ("post", "put", "patch"):
        refusals[400] = refusal("Not JSON")
        refusals[409] = refusal("The state does not allow it, or the id belongs to another record")
    manual["responses"] = {**refusals, **manual.get("responses", {})}
