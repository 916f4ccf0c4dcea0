"""Bodies and answers of log-ins, users, grants and invitations."""

import marshmallow as ma

from api.http import Day, Instant, Schema, division_code, id_field, text_field
from api.i18n import LANGUAGES
from api.postings.roster_schemas import PostingSchema
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import ROLES

USERNAME = ma.validate.Regexp(r"^[a-z0-9][a-z0-9._-]{1,63}(?!\n)$",
                              error="Small letters, digits, dot, dash, underscore.")


class HeldGrantSchema(Schema):
    id = ma.fields.Integer()
    role = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)
    from_on = Day()
    to_on = Day(allow_none=True)


class OwnCadreSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()
    rank = ma.fields.String()
    cadre_role = ma.fields.String()
    sending_unit = ma.fields.String()
    posting = ma.fields.Nested(PostingSchema, allow_none=True,
                               metadata={"description": "The posting that covers today, if any"})


class MeSchema(Schema):
    id = ma.fields.Integer()
    username = ma.fields.String()
    name = ma.fields.String()
    language = ma.fields.String()
    version = ma.fields.Integer()
    has_password = ma.fields.Boolean()
    today = Day(metadata={"description": "Today's date in China by the server's clock"})
    server_time = Instant()
    home = ma.fields.String(metadata={"description": "The page to open after log-in"})
    county = ma.fields.Nested(DivisionRefSchema, allow_none=True)
    grants = ma.fields.List(ma.fields.Nested(HeldGrantSchema))
    cadre = ma.fields.Nested(OwnCadreSchema, allow_none=True)


class MePatchSchema(Schema):
    language = ma.fields.String(required=True, validate=ma.validate.OneOf(LANGUAGES))


class PasswordSchema(Schema):
    current = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=200),
                               metadata={"description": "The password held now; null for the first one"})
    new = ma.fields.String(required=True, validate=ma.validate.Length(min=8, max=200))


class LogInSchema(Schema):
    """Either user name and password, or an invitation."""

    username = text_field(200, load_default=None, allow_none=True)
    password = text_field(200, load_default=None, allow_none=True)
    invitation = text_field(200, load_default=None, allow_none=True)
    client = ma.fields.String(load_default="page", validate=ma.validate.OneOf(("page", "native")), metadata={
        "description": "page: the token goes into a cookie; native: it is in the answer, for Authorization: Bearer"})

    @ma.validates_schema
    def one_way_in(self, data, **_kwargs):
        if not data["invitation"] and (not data["username"] or data["password"] is None):
            raise ma.ValidationError("Missing data for required field.", "username")


class SessionSchema(Schema):
    token = ma.fields.String(allow_none=True)
    expires_at = Instant()
    me = ma.fields.Nested(MeSchema)


class HeldSessionSchema(Schema):
    id = ma.fields.Integer()
    client = ma.fields.String()
    user_agent = ma.fields.String()
    created_at = Instant()
    last_used_at = Instant()
    expires_at = Instant()
    current = ma.fields.Boolean()


class HeldSessionsSchema(Schema):
    sessions = ma.fields.List(ma.fields.Nested(HeldSessionSchema))


class UserSchema(Schema):
    id = ma.fields.Integer()
    username = ma.fields.String()
    name = ma.fields.String()
    has_password = ma.fields.Boolean()
    first_log_in_at = Instant(allow_none=True)
    disabled_at = Instant(allow_none=True)
    version = ma.fields.Integer()
    grants = ma.fields.List(ma.fields.Nested(HeldGrantSchema))


class UsersSchema(Schema):
    users = ma.fields.List(ma.fields.Nested(UserSchema))


class UserPostSchema(Schema):
    username = ma.fields.String(required=True, validate=USERNAME)
    name = text_field(64, shortest=1, required=True)


class UserPatchSchema(Schema):
    name = text_field(64, shortest=1)
    disabled = ma.fields.Boolean(metadata={"description": "true ends every log-in of the user at once"})


class GrantPostSchema(Schema):
    user_id = id_field(required=True)
    role = ma.fields.String(required=True, validate=ma.validate.OneOf(ROLES))
    division_code = division_code(required=True)
    from_on = Day(required=True)
    to_on = Day(load_default=None, allow_none=True)


class GrantPatchSchema(Schema):
    to_on = Day(required=True, allow_none=True, metadata={"description": "Last day on which the grant holds"})


class InvitationPostSchema(Schema):
    user_id = id_field(load_default=None, allow_none=True)
    cadre_id = id_field(load_default=None, allow_none=True)

    @ma.validates_schema
    def somebody(self, data, **_kwargs):
        if (data["user_id"] is None) == (data["cadre_id"] is None):
            raise ma.ValidationError("Name either user_id or cadre_id.", "user_id")


class InvitationSchema(Schema):
    url = ma.fields.String(metadata={"description": "One-time link; the token stands in the fragment, out of logs"})
    qr_svg_data_uri = ma.fields.String()
    expires_at = Instant()
    user = ma.fields.Nested(PersonRefSchema)
