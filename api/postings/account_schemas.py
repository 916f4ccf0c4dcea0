"""Bodies and answers of log-ins, users, grants and invitations."""

import marshmallow as ma

from api.http import (
    Day,
    Instant,
    QueryNumber,
    QuerySchema,
    Schema,
    WholeNumber,
    division_code,
    id_field,
    id_in_query,
    text_field,
)
from api.i18n import LANGUAGES
from api.postings.roster_schemas import PostingSchema
from api.shapes import DivisionRefSchema, PersonRefSchema
from api.vocabulary import LOCATION_CHOICES, ROLES

# A sheet is made in one go and printed: 30 pages of cards.
MOST_OF_A_SHEET = 300
USERNAME = ma.validate.Regexp(r"^[a-z0-9][a-z0-9._-]{1,63}(?!\n)$",
                              error="Small letters, digits, dot, dash, underscore.")


class HeldGrantSchema(Schema):
    id = ma.fields.Integer()
    role = ma.fields.String()
    division = ma.fields.Nested(DivisionRefSchema)
    from_on = Day()
    to_on = Day(allow_none=True)


class KeptGrantSchema(HeldGrantSchema):
    version = ma.fields.Integer()


class GrantsSchema(Schema):
    grants = ma.fields.List(ma.fields.Nested(KeptGrantSchema))


class GrantsQuerySchema(QuerySchema):
    user_id = id_in_query(required=True)


class OwnCadreSchema(Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()
    rank = ma.fields.String()
    cadre_role = ma.fields.String()
    sending_unit = ma.fields.String()
    posting = ma.fields.Nested(PostingSchema, allow_none=True,
                               metadata={"description": "The posting that covers today, if any"})


class NoticeSchema(Schema):
    """The notice of what is kept; it is shown while `version` is not the `current` one."""

    version = ma.fields.String(allow_none=True, metadata={"description": "The one that was read last"})
    read_at = Instant(allow_none=True)
    current = ma.fields.String()
    from_on = Day(metadata={"description": "The day from which the current one holds"})
    host = ma.fields.String(metadata={"description": "The unit that answers for the data; empty: not said yet"})
    hotline = ma.fields.String()
    coordinates_days = ma.fields.Integer(allow_none=True, metadata={
        "description": "For how many days coordinates are kept where the user is posted, else in the county"})


class LocationSchema(Schema):
    """The separate consent to positions; without `given` none is kept."""

    choice = ma.fields.String(allow_none=True, metadata={"description": "given or declined; null while nobody asked"})
    chosen_at = Instant(allow_none=True)


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
    closes_on = Day(allow_none=True, metadata={
        "description": "The day on which the application closes; null while none is planned"})
    grants = ma.fields.List(ma.fields.Nested(HeldGrantSchema))
    cadre = ma.fields.Nested(OwnCadreSchema, allow_none=True)
    notice = ma.fields.Nested(NoticeSchema)
    location = ma.fields.Nested(LocationSchema)


class NoticePutSchema(Schema):
    version = text_field(20, shortest=1, required=True)


class LocationPutSchema(Schema):
    choice = ma.fields.String(required=True, validate=ma.validate.OneOf(LOCATION_CHOICES))
    elapsed_ms = WholeNumber(load_default=None, allow_none=True, metadata={
        "description": "Milliseconds from the choice to this sending, by the phone"})


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


class KeptSessionSchema(Schema):
    expires_at = Instant(metadata={"description": "The log-in ends then, however much it is used"})
    idle_minutes = ma.fields.Integer(allow_none=True, metadata={
        "description": "So long may this log-in be left alone; null: a phone's, which does not end so"})


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
    cadre = ma.fields.Nested(PersonRefSchema, allow_none=True, metadata={"description": "Where the user is a cadre"})


class UsersSchema(Schema):
    users = ma.fields.List(ma.fields.Nested(UserSchema))


class UsersQuerySchema(QuerySchema):
    query = text_field(64, load_default=None,
                       metadata={"description": "Part of a name or of a user name; no character is special"})
    page = QueryNumber(load_default=1, validate=ma.validate.Range(1, 100_000))
    page_size = QueryNumber(load_default=100, validate=ma.validate.Range(1, 100))


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


class InvitationSheetPostSchema(Schema):
    """Whom to invite: named cadres, named users, or everybody below a division whom one may invite."""

    cadre_ids = ma.fields.List(id_field(), load_default=None, allow_none=True,
                               validate=ma.validate.Length(min=1, max=MOST_OF_A_SHEET))
    user_ids = ma.fields.List(id_field(), load_default=None, allow_none=True,
                              validate=ma.validate.Length(min=1, max=MOST_OF_A_SHEET))
    division_code = division_code(load_default=None, allow_none=True)
    only_new = ma.fields.Boolean(load_default=True, metadata={
        "description": "With `division_code`: only those who have never logged in"})

    @ma.validates_schema
    def one_choice(self, data, **_kwargs):
        if sum(data[name] is not None for name in ("cadre_ids", "user_ids", "division_code")) != 1:
            raise ma.ValidationError("Name one of cadre_ids, user_ids and division_code.", "division_code")


class InvitationSchema(Schema):
    url = ma.fields.String(metadata={"description": "One-time link; the token stands in the fragment, out of logs"})
    qr_svg_data_uri = ma.fields.String()
    expires_at = Instant()
    user = ma.fields.Nested(PersonRefSchema)


class SheetUserSchema(PersonRefSchema):
    username = ma.fields.String()


class SheetInvitationSchema(Schema):
    url = ma.fields.String()
    qr_svg_data_uri = ma.fields.String()
    expires_at = Instant()
    user = ma.fields.Nested(SheetUserSchema)
    village = ma.fields.Nested(DivisionRefSchema, allow_none=True, metadata={
        "description": "A cadre's home village, else the division of the user's first role"})
    role = ma.fields.String(allow_none=True)


class InvitationSheetSchema(Schema):
    invitations = ma.fields.List(ma.fields.Nested(SheetInvitationSchema))
