"""Users, grants and invitations."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import standings_forgetting_service
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now
from api.paging import pagination
from api.postings import invitations_service, users_service
from api.postings.account_schemas import (
    GrantPatchSchema,
    GrantPostSchema,
    GrantsQuerySchema,
    GrantsSchema,
    HeldGrantSchema,
    HeldSessionsSchema,
    InvitationPostSchema,
    InvitationSchema,
    InvitationSheetPostSchema,
    InvitationSheetSchema,
    KeptGrantSchema,
    UserPatchSchema,
    UserPostSchema,
    UserSchema,
    UsersQuerySchema,
    UsersSchema,
)
from api.postings.accounts_service import session_views
from api.postings.divisions_service import refs

users = Blueprint("users", __name__, description="People who can log in")
grants = Blueprint("grants", __name__, description="Roles over divisions, with dates")
invitations = Blueprint("invitations", __name__, description="One-time log-ins as links and QR codes")
invitation_sheets = Blueprint("invitation-sheets", __name__, description="Many invitations at once, to print")


@users.route("")
class Users(MethodView):
    @requires("admin")
    @users.arguments(UsersQuerySchema, location="query")
    @users.response(200, UsersSchema)
    def get(self, query):
        """The users of your divisions, by user name"""
        found, count = users_service.list_users(db.session(), identity=identity(), today=shanghai_day(now()), **query)
        return {"users": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("admin")
    @users.arguments(UserPostSchema)
    @users.response(201, UserSchema)
    def post(self, body):
        """Add a user, without any role yet"""
        user = users_service.add_user(db.session(), identity=identity(), now=now(), **body)
        db.commit()
        return _answer(user, 201)


@users.route("/<id:user_id>")
class UserById(MethodView):
    @requires("admin")
    @users.response(200, UserSchema)
    def get(self, user_id):
        """One user with today's grants"""
        return _answer(users_service.managed_user(db.session(), identity=identity(), user_id=user_id), 200)

    @requires("admin")
    @users.edit
    @users.arguments(UserPatchSchema)
    @users.response(200, UserSchema)
    def patch(self, body, user_id):
        """Rename, disable or enable a user

        Disabling ends every log-in at once.
        """
        user = users_service.managed_user(db.session(), identity=identity(), user_id=user_id)
        check_if_match(user.version)
        users_service.change_user(db.session(), identity=identity(), user=user, name=body.get("name"),
                                  disabled=body.get("disabled"), now=now())
        standings_forgetting_service.person_changed(db.session(), user_id=user_id)
        db.commit()
        return _answer(user, 200)


@users.route("/<id:user_id>/sessions")
class UserSessions(MethodView):
    @requires("admin")
    @users.response(200, HeldSessionsSchema)
    def get(self, user_id):
        """Where a user is logged in"""
        held = users_service.sessions_of_user(db.session(), identity=identity(), user_id=user_id, now=now())
        return {"sessions": session_views(held, current_id=identity().session_id)}


@users.route("/<id:user_id>/sessions/<id:session_id>")
class UserSessionById(MethodView):
    @requires("admin")
    @users.response(204)
    def delete(self, user_id, session_id):
        """End a log-in of a user at once: a lost phone, a desk left open"""
        users_service.revoke_session(db.session(), identity=identity(), user_id=user_id, session_id=session_id,
                                     now=now())
        db.commit()


@grants.route("")
class Grants(MethodView):
    @requires("admin")
    @grants.arguments(GrantsQuerySchema, location="query")
    @grants.response(200, GrantsSchema)
    def get(self, query):
        """Every role of a user within your divisions: past, present and coming ones"""
        rows = users_service.grants_of_user(db.session(), identity=identity(), user_id=query["user_id"])
        divisions = refs(db.session(), [row.division_id for row in rows])
        return {"grants": [{"id": row.id, "role": row.role, "from_on": row.from_on, "to_on": row.to_on,
                            "version": row.version, "division": divisions[row.division_id]} for row in rows]}

    @requires("admin")
    @grants.arguments(GrantPostSchema)
    @grants.response(201, HeldGrantSchema)
    def post(self, body):
        """Give a user a role over a division"""
        grant = users_service.grant_role(db.session(), identity=identity(), now=now(), **body)
        db.commit()
        return _grant(grant), 201, {"ETag": etag(grant.version)}


@grants.route("/<id:grant_id>")
class GrantById(MethodView):
    @requires("admin")
    @grants.response(200, KeptGrantSchema)
    def get(self, grant_id):
        """One grant"""
        grant = users_service.grant_by_id(db.session(), identity=identity(), grant_id=grant_id)
        return {**_grant(grant), "version": grant.version}, 200, {"ETag": etag(grant.version)}

    @requires("admin")
    @grants.edit
    @grants.arguments(GrantPatchSchema)
    @grants.response(200, HeldGrantSchema)
    def patch(self, body, grant_id):
        """Set the last day of a grant"""
        grant = users_service.grant_by_id(db.session(), identity=identity(), grant_id=grant_id)
        check_if_match(grant.version)
        users_service.end_grant(db.session(), identity=identity(), grant_id=grant_id, to_on=body["to_on"], now=now())
        db.commit()
        return _grant(grant), 200, {"ETag": etag(grant.version)}

    @requires("admin")
    @grants.edit
    @grants.response(204)
    def delete(self, grant_id):
        """Take back a grant that has not begun; one that has is ended by its last day"""
        grant = users_service.grant_by_id(db.session(), identity=identity(), grant_id=grant_id)
        check_if_match(grant.version)
        users_service.withdraw_grant(db.session(), identity=identity(), grant=grant, now=now())
        db.commit()


@invitations.route("")
class Invitations(MethodView):
    @requires("admin", "supervisor")
    @invitations.arguments(InvitationPostSchema)
    @invitations.response(201, InvitationSchema)
    def post(self, body):
        """Make a one-time invitation

        Earlier unused invitations of the same person are void from now on. The link is shown once.
        """
        invitation = invitations_service.invite_user(db.session(), identity=identity(), now=now(),
                                                     origin=current_app.config["ORIGINS"][0], **body)
        db.commit()
        return invitation


@invitation_sheets.route("")
class InvitationSheets(MethodView):
    @requires("admin", "supervisor")
    @invitation_sheets.arguments(InvitationSheetPostSchema)
    @invitation_sheets.response(201, InvitationSheetSchema)
    def post(self, body):
        """Invite many at once, to print as cards

        All or none, and at most 300. Of a division whoever you may invite there: the cadres posted now or soon, for
        an administrator also everybody with a role. Earlier unused invitations of these people are void from now on;
        the links are shown once.
        """
        made = invitations_service.make_sheet(db.session(), identity=identity(), now=now(), **body)
        db.commit()
        # Drawing hundreds of codes takes seconds, in which nobody who writes should have to wait.
        origin = current_app.config["ORIGINS"][0]
        return {"invitations": [invitations_service.with_link(card, origin=origin) for card in made]}


def _answer(user, status: int):
    view = users_service.user_views(db.session(), [user], today=shanghai_day(now()))[0]
    return view, status, {"ETag": etag(user.version)}


def _grant(grant) -> dict:
    return {"id": grant.id, "role": grant.role, "from_on": grant.from_on, "to_on": grant.to_on,
            "division": refs(db.session(), [grant.division_id])[grant.division_id]}
