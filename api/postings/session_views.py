"""Logging in and out, and what the logged-in user is."""

from flask import current_app, request
from flask.views import MethodView

from api import db
from api.auth import ANY_USER, COOKIE, PUBLIC, identity, requires
from api.checkin import retention_service
from api.dates import shanghai_day
from api.errors import Unauthorised, Unprocessable
from api.http import Blueprint, check_if_match, etag, now
from api.postings import accounts_service, consent_service, limits_service, me_service
from api.postings.account_schemas import (
    HeldSessionsSchema,
    KeptSessionSchema,
    LocationPutSchema,
    LogInSchema,
    MePatchSchema,
    MeSchema,
    NoticePutSchema,
    PasswordSchema,
    SessionSchema,
)

sessions = Blueprint("sessions", __name__, description="Log-ins: opened with a password or an invitation")
me = Blueprint("me", __name__, description="The user who is logged in")


@sessions.route("")
class Sessions(MethodView):
    @requires(PUBLIC)
    @sessions.arguments(LogInSchema)
    @sessions.response(201, SessionSchema)
    @sessions.alt_response(429, description="Too many failed attempts; Retry-After says when to try again")
    def post(self, body):
        """Log in

        With user name and password, or with a one-time invitation. An unknown name and a wrong password get the same
        answer in the same time.
        """
        log_in = _with_invitation(body) if body["invitation"] else _with_password(body)
        answer = {"token": log_in.token if body["client"] == "native" else None, "expires_at": log_in.expires_at,
                  "me": _me(log_in.user_id)}
        db.commit()
        headers = {}
        if body["client"] == "page":
            headers["Set-Cookie"] = _cookie(log_in.token, max_age=int((log_in.expires_at - now()).total_seconds()))
        return answer, 201, headers

    @requires(ANY_USER)
    @sessions.response(200, HeldSessionsSchema)
    def get(self):
        """List your log-ins"""
        held = accounts_service.sessions_of(db.session(), user_id=identity().user_id, now=now())
        return {"sessions": accounts_service.session_views(held, current_id=identity().session_id)}


@sessions.route("/current")
class CurrentSession(MethodView):
    @requires(ANY_USER)
    @sessions.response(200, KeptSessionSchema)
    def put(self):
        """Say that somebody is still here

        A desk's page calls it while it is being used: what is only read leaves no other trace, and a desk that nobody
        uses is logged out `idle_minutes` after the last call. null: this log-in does not end by being left alone.
        """
        expires_at, idles = accounts_service.touch_session(db.session(), session_id=identity().session_id, now=now())
        db.commit()
        minutes = current_app.config["DESK_IDLE"].total_seconds() // 60 if idles else None
        return {"expires_at": expires_at, "idle_minutes": minutes}

    @requires(ANY_USER)
    @sessions.response(204)
    def delete(self):
        """Log out"""
        accounts_service.end_session(db.session(), session_id=identity().session_id)
        db.commit()
        return "", 204, {"Set-Cookie": _cookie("", max_age=0)}


@sessions.route("/<id:session_id>")
class SessionById(MethodView):
    @requires(ANY_USER)
    @sessions.response(204)
    def delete(self, session_id):
        """End one of your log-ins

        A lost phone is logged out at once. Administrators end those of others: see users.
        """
        accounts_service.end_session(db.session(), session_id=session_id, user_id=identity().user_id)
        db.commit()


@me.route("")
class Me(MethodView):
    @requires(ANY_USER)
    @me.response(200, MeSchema)
    def get(self):
        """Who you are, what you may, and where you are posted today"""
        answer = _me(identity().user_id)
        return answer, 200, {"ETag": etag(answer["version"])}

    @requires(ANY_USER)
    @me.edit
    @me.arguments(MePatchSchema)
    @me.response(200, MeSchema)
    def patch(self, body):
        """Choose your language"""
        user = me_service.own_user(db.session(), identity().user_id)
        check_if_match(user.version)
        me_service.set_language(db.session(), user=user, language=body["language"])
        return _changed(user)


@me.route("/notice")
class Notice(MethodView):
    @requires(ANY_USER)
    @me.arguments(NoticePutSchema)
    @me.response(200, MeSchema)
    def put(self, body):
        """Say that you have read the notice of what is kept

        409 `notice_changed` when it is not the present one. Safe to repeat.
        """
        user = me_service.own_user(db.session(), identity().user_id)
        consent_service.read_notice(db.session(), user=user, version=body["version"], now=now(),
                                    today=shanghai_day(now()))
        return _changed(user)


@me.route("/location")
class Location(MethodView):
    @requires(ANY_USER)
    @me.arguments(LocationPutSchema)
    @me.response(200, MeSchema)
    def put(self, body):
        """Agree to positions, or do without

        Both roads are of equal standing. Withdrawing deletes the coordinates that are kept of you, at once or, where
        they are many, within a day; verdicts stay. A consent that comes later than what was said since changes nothing.
        Safe to repeat.
        """
        session, today = db.session(), shanghai_day(now())
        user = me_service.own_user(session, identity().user_id)
        withdrawn = consent_service.choose_location(session, user=user, now=now(), today=today, **body)
        if withdrawn:
            retention_service.forget_withdrawn(session, cadre_id=identity().cadre_id, user_id=user.id, now=now())
        return _changed(user)


@me.route("/password")
class Password(MethodView):
    @requires(ANY_USER)
    @me.arguments(PasswordSchema)
    @me.response(204)
    def put(self, body):
        """Set or change your password

        `current` may be null where there is none yet, and for an hour after logging in with an invitation, which is
        what one is given who has forgotten it. Every other log-in of yours ends with it.
        """
        session, user = db.session(), me_service.own_user(db.session(), identity().user_id)
        if user.password_hash and not me_service.opened_by_invitation(
                session, session_id=identity().session_id, now=now()):
            if not accounts_service.password_fits(user.password_hash, body["current"] or ""):
                raise Unprocessable("wrong_password")
        me_service.set_password(session, user=user, password=body["new"], keep_session_id=identity().session_id,
                                now=now())
        db.commit()


def _with_password(body: dict) -> accounts_service.LogIn:
    """Check the limit, then the password outside any transaction, then count or log in: hashing takes a while, and
    nobody should wait for it."""
    keys = accounts_service.log_in_keys(secret=current_app.config["SECRET"], username=body["username"],
                                        address=request.remote_addr or "")
    limits_service.check_limit(db.session(), keys=keys, now=now())
    user = accounts_service.user_by_name(db.session(), body["username"].lower())
    stored = user.password_hash if user is not None and user.disabled_at is None else None
    db.restart()
    fits = accounts_service.password_fits(stored, body["password"])
    session = db.session()
    # Counted first, so that guesses sent all at once take turns and the limit holds for them too.
    limits_service.count_attempt(session, keys=keys, now=now())
    user = accounts_service.user_by_name(session, body["username"].lower()) if fits else None
    if user is None or user.disabled_at is not None or user.password_hash != stored:
        db.commit()
        raise Unauthorised("wrong_credentials")
    limits_service.forgive_attempt(session, keys=keys)
    return accounts_service.start_session(session, user=user, client=body["client"],
                                          user_agent=request.headers.get("User-Agent", ""), now=now())


def _with_invitation(body: dict) -> accounts_service.LogIn:
    return accounts_service.log_in_with_invitation(
        db.session(), token=body["invitation"], client=body["client"],
        user_agent=request.headers.get("User-Agent", ""), now=now())


def _me(user_id: int) -> dict:
    settings = current_app.config
    described = me_service.describe(db.session(), user_id=user_id, county_code=settings["COUNTY"],
                                    host=settings.get("HOST_UNIT", ""), hotline=settings.get("HOTLINE", ""), now=now(),
                                    today=shanghai_day(now()))
    return {**described, "closes_on": settings.get("CLOSES_ON")}


def _changed(user):
    db.commit()
    answer = _me(user.id)
    return answer, 200, {"ETag": etag(answer["version"])}


def _cookie(value: str, *, max_age: int) -> str:
    secure = "; Secure" if current_app.config["ORIGINS"][0].startswith("https://") else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
