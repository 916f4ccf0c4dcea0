"""The county's own layouts of the diary's papers."""

import io

from flask import abort, current_app, request, send_file
from flask.views import MethodView

from api import db
from api.auth import FORMS, identity, requires
from api.dashboards import templates_service
from api.dashboards.template_schemas import PrintTemplateQuerySchema, PrintTemplateSchema, PrintTemplatesSchema
from api.dashboards.templates_rules import MOST_BYTES
from api.docx import DOCX
from api.errors import Forbidden, Unprocessable, current_language
from api.form_words import FormWords
from api.http import Blueprint, now
from api.postings.divisions_service import find_county

BINARY = {"type": "string", "format": "binary"}
BODY = {"required": True, "description": "The .docx as it is, 2 MB at most", "content": {DOCX: {"schema": BINARY}}}

print_templates = Blueprint("print-templates", __name__, description="The county's own layouts of printed papers")


@print_templates.before_request
def allow_a_template() -> None:
    """A layout with the county's emblem is larger than other bodies; one byte more than is allowed tells."""
    request.max_content_length = MOST_BYTES + 1


@print_templates.route("")
class PrintTemplates(MethodView):
    @requires("admin")
    @print_templates.response(200, PrintTemplatesSchema)
    def get(self):
        """The papers that may have a layout of the county's own, and the fields of each"""
        return {"templates": templates_service.template_views(db.session())}


@print_templates.route("/<any(peoples_diary, work_log, squatting_sheet):kind>")
class PrintTemplateByKind(MethodView):
    @requires("admin")
    @print_templates.arguments(PrintTemplateQuerySchema, location="query")
    @print_templates.response(200, BINARY, content_type=DOCX)
    def get(self, query, kind):
        """The layout that is printed, as a file; the built-in one has every field in its place"""
        own = None if query["built_in"] else templates_service.content_of(db.session(), kind)
        words = FormWords(current_language())
        return send_file(io.BytesIO(own or templates_service.built_in(kind, words=words)), mimetype=DOCX,
                         as_attachment=True, download_name=f"{words.other(f'export.kind.{kind}')}.docx", max_age=0)

    @requires("admin")
    @print_templates.doc(requestBody=BODY)
    @print_templates.response(200, PrintTemplateSchema)
    @print_templates.alt_response(413, schema="Error", description="Larger than 2 MB")
    @print_templates.alt_response(422, schema="Error", description=(
        "Not a plain .docx: macros, something embedded, a reference to the outside, a code of Word's; or a field that "
        "the paper does not have, named in `errors.fields` with its place. Not stored"))
    def put(self, kind):
        """Print a paper in a layout of the county's own

        A .docx with fields such as {{ name }}, which are replaced by text; a month repeats its body for every day.
        """
        _for_the_county()
        data = b"" if request.mimetype in FORMS else request.get_data()
        if len(data) > MOST_BYTES:
            abort(413)
        if not data:
            raise Unprocessable("template_not_docx")
        view = templates_service.set_template(db.session(), kind=kind, data=data, by_id=identity().user_id, now=now())
        db.commit()
        return view

    @requires("admin")
    @print_templates.response(204)
    def delete(self, kind):
        """Go back to the built-in layout; safe to repeat"""
        _for_the_county()
        templates_service.remove_template(db.session(), kind=kind, by_id=identity().user_id, now=now())
        db.commit()


def _for_the_county() -> None:
    county = find_county(db.session(), current_app.config["COUNTY"])
    if county is None or not identity().may(county.path, "admin"):
        raise Forbidden("county_template")
