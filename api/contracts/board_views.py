"""What a village discloses, and its public notice board as data; the page is another file."""

import io

from flask import abort, current_app, request, send_file
from flask.views import MethodView

from api import db
from api.auth import FORMS, PUBLIC, identity, requires
from api.contracts import disclosure_files_service, disclosure_steps_service, disclosures_service, notice_board_service
from api.contracts.attachments_rules import MIMETYPES, MOST_BYTES
from api.contracts.board_schemas import (
    DeliberationPutSchema,
    DisclosureFilePatchSchema,
    DisclosureFileQuerySchema,
    DisclosurePatchSchema,
    DisclosurePostSchema,
    DisclosureSchema,
    DisclosuresQuerySchema,
    DisclosuresSchema,
    DisclosureStepSchema,
    NoticeBoardSchema,
)
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination

READS = ("cadre", "village", "supervisor")
WRITES = ("village", "supervisor")
BINARY = {"type": "string", "format": "binary"}
BODY = {"required": True, "description": "The file as it is, 5 MB at most",
        "content": {mimetype: {"schema": BINARY} for mimetype in MIMETYPES.values()}}
STAGE = "any(branch_proposal,committees_consultation,party_review,villagers_resolution,resolution_disclosed," \
        "result_disclosed)"
NOINDEX = {"X-Robots-Tag": "noindex, nofollow"}

disclosures = Blueprint("disclosures", __name__, description="Finance, decisions and benefits that a village discloses")
notice_boards = Blueprint("notice-boards", __name__, description="What a village has published")


@disclosures.before_request
def allow_a_file() -> None:
    """An attachment is larger than other bodies; one byte more than is allowed tells."""
    if request.method == "PUT" and "/files/" in request.path:
        request.max_content_length = MOST_BYTES + 1


def _writable(disclosure_id):
    return disclosures_service.visible_disclosure(db.session(), identity=identity(), disclosure_id=disclosure_id,
                                                  now=now(), writes=True)


def _answer(disclosure, status=200):
    db.session().flush()
    view = disclosures_service.disclosure_views(db.session(), [disclosure], identity=identity())[0]
    db.commit()
    return view, status, {"ETag": etag(view["version"])}


@disclosures.route("")
class Disclosures(MethodView):
    @requires(*READS)
    @disclosures.arguments(DisclosuresQuerySchema, location="query")
    @disclosures.response(200, DisclosuresSchema)
    def get(self, query):
        """Disclosures of your villages, drafts included; pages by X-Pagination

        A cadre: of the villages posted to. A village: its own. A supervisor: all below the own division.
        """
        filters = {key: value for key, value in query.items() if key != "division"}
        found, count = disclosures_service.list_disclosures(db.session(), identity=identity(), code=query["division"],
                                                            now=now(), **filters)
        return {"disclosures": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*WRITES)
    @disclosures.arguments(DisclosurePostSchema)
    @disclosures.response(201, DisclosureSchema)
    @disclosures.alt_response(200, schema=DisclosureSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Draft a disclosure; the village's committee or a supervisor above it. Safe to repeat"""
        view, created = disclosures_service.add_disclosure(db.session(), identity=identity(), now=now(),
                                                           content_hash=content_hash(body), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view["version"])}


@disclosures.route("/<uuid:disclosure_id>")
class DisclosureById(MethodView):
    @requires(*READS)
    @disclosures.response(200, DisclosureSchema)
    def get(self, disclosure_id):
        """A disclosure, with what is pointed out about it and what keeps it off the board"""
        disclosure = disclosures_service.visible_disclosure(db.session(), identity=identity(), now=now(),
                                                            disclosure_id=disclosure_id)
        view = disclosures_service.disclosure_views(db.session(), [disclosure], identity=identity())[0]
        return view, 200, {"ETag": etag(view["version"])}

    @requires(*WRITES)
    @disclosures.edit
    @disclosures.arguments(DisclosurePatchSchema)
    @disclosures.response(200, DisclosureSchema)
    def patch(self, body, disclosure_id):
        """Change a disclosure that is not on the board; it is a draft then"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosures_service.change_disclosure(db.session(), disclosure, identity=identity(), changes=body, now=now())
        return _answer(disclosure)

    @requires(*WRITES)
    @disclosures.edit
    @disclosures.response(204)
    def delete(self, disclosure_id):
        """Throw away a draft that was never on the board"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosures_service.remove_disclosure(db.session(), disclosure, identity=identity(), now=now())
        db.commit()


@disclosures.route("/<uuid:disclosure_id>/steps")
class DisclosureSteps(MethodView):
    @requires(*WRITES)
    @disclosures.edit
    @disclosures.arguments(DisclosureStepSchema)
    @disclosures.response(200, DisclosureSchema)
    def post(self, body, disclosure_id):
        """Publish a disclosure, or withdraw it with a reason

        Texts and attachments are searched for ID cards, mobile numbers and bank cards first; where one is found, or a
        file without text has not been looked through, the answer is `held` and says where. Your own step again is
        safe; a step that the state does not allow is a 409 that names those that it does.
        """
        disclosure, session = _writable(disclosure_id), db.session()
        if not disclosure_steps_service.is_taken(disclosure, user_id=identity().user_id, **body):
            disclosure_steps_service.refuse_step(session, disclosure, **body)
            check_if_match(disclosure.version)
            disclosure_steps_service.take_step(session, disclosure, identity=identity(), now=now(), **body)
        return _answer(disclosure)


@disclosures.route("/<uuid:disclosure_id>/maskings")
class DisclosureMaskings(MethodView):
    @requires(*WRITES)
    @disclosures.edit
    @disclosures.response(200, DisclosureSchema)
    def post(self, disclosure_id):
        """Replace every number of a person in the texts by its masked form; attachments are for you to mend"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosure_steps_service.mask_texts(db.session(), disclosure, identity=identity(), now=now())
        return _answer(disclosure)


@disclosures.route(f"/<uuid:disclosure_id>/deliberations/<{STAGE}:stage>")
class DisclosureDeliberation(MethodView):
    @requires(*WRITES)
    @disclosures.edit
    @disclosures.arguments(DeliberationPutSchema)
    @disclosures.response(200, DisclosureSchema)
    def put(self, body, disclosure_id, stage):
        """Write down a stage of a decision; the disclosures of it come when it is on the board already"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosure_steps_service.put_stage(db.session(), disclosure, identity=identity(), stage=stage, now=now(),
                                           **body)
        return _answer(disclosure)

    @requires(*WRITES)
    @disclosures.edit
    @disclosures.response(200, DisclosureSchema)
    def delete(self, disclosure_id, stage):
        """Take a stage back that was written by mistake"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosure_steps_service.remove_stage(db.session(), disclosure, identity=identity(), stage=stage, now=now())
        return _answer(disclosure)


@disclosures.route("/<uuid:disclosure_id>/files/<uuid:file_id>")
class DisclosureFileById(MethodView):
    @requires(*READS)
    @disclosures.response(200, BINARY, content_type="application/octet-stream")
    def get(self, disclosure_id, file_id):
        """An attachment of a disclosure that you may see, to look through

        One that numbers of persons stand in, or that nobody has looked through, only for who may publish it.
        """
        disclosure = disclosures_service.visible_disclosure(db.session(), identity=identity(), now=now(),
                                                            disclosure_id=disclosure_id)
        file = disclosure_files_service.readable_file(db.session(), disclosure, identity=identity(), file_id=file_id)
        return send_file(io.BytesIO(file.content), mimetype=file.mimetype, as_attachment=True,
                         download_name=file.name, max_age=0)

    @requires(*WRITES)
    @disclosures.doc(requestBody=BODY)
    @disclosures.arguments(DisclosureFileQuerySchema, location="query")
    @disclosures.response(201, DisclosureSchema)
    @disclosures.alt_response(200, schema=DisclosureSchema, description="The same id and file again: already kept")
    @disclosures.alt_response(413, schema="Error", description="Larger than 5 MB")
    @disclosures.alt_response(422, schema="Error", description=(
        "attachment_kind, _renamed, _broken, _encrypted, _macros, _old, _empty, _too_large, _too_many_pages, "
        "_forbidden_xml: not kept"))
    def put(self, query, disclosure_id, file_id):
        """Attach an .xlsx, .docx or .pdf to a draft; it is searched for numbers of persons. Safe to repeat"""
        disclosure_files_service.refuse_new(db.session(), _writable(disclosure_id), file_id=file_id)
        data = b"" if request.mimetype in FORMS else request.get_data()
        if len(data) > MOST_BYTES:
            abort(413)
        # Reading takes a second or two, for which nobody else should wait.
        db.restart()
        reading = disclosure_files_service.read_file(data, query["name"])
        disclosure = _writable(disclosure_id)
        created = disclosure_files_service.add_file(db.session(), disclosure, identity=identity(), id=file_id,
                                                    data=data, reading=reading, name=query["name"], now=now())
        return _answer(disclosure, 201 if created else 200)

    @requires(*WRITES)
    @disclosures.edit
    @disclosures.arguments(DisclosureFilePatchSchema)
    @disclosures.response(200, DisclosureSchema)
    def patch(self, body, disclosure_id, file_id):
        """Give your word that a file that only eyes can read holds no number of a person"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosure_files_service.check_file(db.session(), disclosure, identity=identity(), file_id=file_id, now=now())
        return _answer(disclosure)

    @requires(*WRITES)
    @disclosures.edit
    @disclosures.response(200, DisclosureSchema)
    def delete(self, disclosure_id, file_id):
        """Take an attachment away"""
        disclosure = _writable(disclosure_id)
        check_if_match(disclosure.version)
        disclosure_files_service.remove_file(db.session(), disclosure, identity=identity(), file_id=file_id, now=now())
        return _answer(disclosure)


@notice_boards.route("/<code:code>")
class NoticeBoardByVillage(MethodView):
    @requires(PUBLIC)
    @notice_boards.response(200, NoticeBoardSchema)
    @notice_boards.alt_response(404, schema="Error", description="No such village")
    def get(self, code):
        """Everything that a village has published, without a log-in"""
        board = notice_board_service.notice_board(db.session(), code=code, settings=current_app.config)
        return board, 200, NOINDEX
