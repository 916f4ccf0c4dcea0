"""The county's dictionaries."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import ANY_USER, identity, requires
from api.errors import Forbidden
from api.http import Blueprint, check_if_match, etag, now
from api.postings.divisions_service import find_county
from api.visits import terms_service
from api.visits.term_schemas import TermPatchSchema, TermPostSchema, TermSchema, TermsQuerySchema, TermsSchema

terms = Blueprint("terms", __name__, description="Words of the county's own: labels of households, purposes of visits")


@terms.route("")
class Terms(MethodView):
    @requires(ANY_USER)
    @terms.arguments(TermsQuerySchema, location="query")
    @terms.response(200, TermsSchema)
    def get(self, query):
        """The words of one dictionary or of all, in their order; retired ones too"""
        return {"terms": terms_service.terms_of(db.session(), query["dictionary"])}

    @requires("admin")
    @terms.arguments(TermPostSchema)
    @terms.response(201, TermSchema)
    def post(self, body):
        """Add a word for the whole county"""
        _for_the_county()
        term = terms_service.add_term(db.session(), by_id=identity().user_id, now=now(), **body)
        db.commit()
        return term, 201, {"ETag": etag(term.version)}


@terms.route("/<id:term_id>")
class TermById(MethodView):
    @requires("admin")
    @terms.edit
    @terms.arguments(TermPatchSchema)
    @terms.response(200, TermSchema)
    def patch(self, body, term_id):
        """Reword, move, retire or bring back a word"""
        _for_the_county()
        term = terms_service.term_by_id(db.session(), term_id)
        check_if_match(term.version)
        terms_service.change_term(db.session(), term=term, changes=body, by_id=identity().user_id, now=now())
        db.commit()
        return term, 200, {"ETag": etag(term.version)}


def _for_the_county() -> None:
    county = find_county(db.session(), current_app.config["COUNTY"])
    if county is None or not identity().may(county.path, "admin"):
        # A word is the whole county's, as the calendar is.
        raise Forbidden("county_dictionary")
