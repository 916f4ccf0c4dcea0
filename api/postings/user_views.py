"""Users, grants and invitations."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.http import Blueprint, check_if_match, etag, now
from api.postings import users_service
from api.postings.account_schemas import (
    GrantPatchSchema,
    GrantPostSchema,
    HeldGrantSchema,
    InvitationPostSchema,
    InvitationSchema,
    UserPatchSchema,
    UserPostSchema,
    UserSchema,
    UsersSchema,
)
from api.postings.divisions_service import refs
from api.postings.me_service import held_grants

users = Blueprint("users", __name__, description="People who can log in")
grants = Blueprint("grants", __name__, description="Roles over divisions, with dates")
invitations = Blueprint("invitations", __name__, description="One-time log-ins as links and QR codes")


@users.route("")
class Users(MethodView):
    @requires("admin")
    @users.response(200, UsersSchema)
    def get(self):
        """List the users of your divisions"""
        return {"users": users_service.list_users(db.session(), identity=identity(), today=shanghai_day(now()))}

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
        db.commit()
        return _answer(user, 200)


@grants.route("")
class Grants(MethodView):
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
    @grants.response(200, HeldGrantSchema)
    def get(self, grant_id):
        """One grant"""
        grant = users_service.grant_by_id(db.session(), identity=identity(), grant_id=grant_id)
        return _grant(grant), 200, {"ETag": etag(grant.version)}

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


@invitations.route("")
class Invitations(MethodView):
    @requires("admin", "supervisor")
    @invitations.arguments(InvitationPostSchema)
    @invitations.response(201, InvitationSchema)
    def post(self, body):
        """Make a one-time invitation

        Earlier unused invitations of the same person are void from now on. The link is shown once.
        """
        invitation = users_service.invite_user(db.session(), identity=identity(), now=now(),
                                               origin=current_app.config["ORIGINS"][0], **body)
        db.commit()
        return invitation


def _answer(user, status: int):
    held = held_grants(db.session(), user_ids=[user.id], today=shanghai_day(now()))
    return users_service.user_view(user, held.get(user.id, [])), status, {"ETag": etag(user.version)}


def _grant(grant) -> dict:
    return {"id": grant.id, "role": grant.role, "from_on": grant.from_on, "to_on": grant.to_on,
            "division": refs(db.session(), [grant.division_id])[grant.division_id]}
