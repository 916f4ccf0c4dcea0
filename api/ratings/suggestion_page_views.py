"""The page of the suggestion box, for everybody; it says whose box it is, and the rest comes from its modules."""

from flask import Blueprint, Response, current_app, redirect, render_template_string

from api import db
from api.auth import PUBLIC, requires
from api.compression import Packable
from api.dates import shanghai_day
from api.errors import NotFound
from api.http import now
from api.i18n import STATIC
from api.ratings import suggestion_entry_service

PAGE = STATIC / "suggestions" / "index.html"

page = Blueprint("suggestion_box", __name__)


@page.get("/suggestions/")
@requires(PUBLIC, unseen=True)
def county_box():
    """The box of the county: about the application, and where no poster is at hand."""
    return _page(None)


@page.get("/suggestions/<code:code>")
@requires(PUBLIC, unseen=True)
def box(code):
    """The box of a village, as the poster leads to it; an address that is none leads to the county's."""
    try:
        return _page(code)
    except NotFound:
        return redirect("/suggestions/")


def _page(code: str | None) -> Response:
    try:
        place = suggestion_entry_service.box_place(db.session(), county_code=current_app.config["COUNTY"], code=code,
                                                   today=shanghai_day(now()))
    except NotFound:
        if code is not None:
            raise
        # Before the divisions are imported there is nobody to write to, but the page says where to call.
        place = None
    html = render_template_string(
        PAGE.read_text(encoding="utf-8"), code=code or "", place=place.name if place else "",
        level=place.level if place else "", hotline=current_app.config.get("HOTLINE") or "")
    response = Packable(html.encode(), "text/html").response()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
