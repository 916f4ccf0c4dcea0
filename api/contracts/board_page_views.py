"""The public notice board as a page: plain HTML without a script, for any old phone and any printer.

Large letters, few words, nothing to log in to. On paper it is a poster (A7.21): what the village promises for its term,
the telephone to call, and a code that leads back to the page.
"""

import io
from datetime import date

import segno
from flask import Blueprint, Response, current_app, render_template_string, request, send_file
from werkzeug.exceptions import NotFound as HttpNotFound

from api import db, i18n
from api.auth import PUBLIC, requires
from api.compression import Packable
from api.contracts import disclosure_files_service, notice_board_service
from api.contracts.board_page_rules import amount, poster, shown_day, shown_size, summary
from api.contracts.board_text_rules import BOARD, DISCLOSURE, MISSING
from api.dates import shanghai_day
from api.errors import NotFound
from api.http import now
from api.vocabulary import DIMENSIONS, DISCLOSURE_CLASSES

NOINDEX = ("X-Robots-Tag", "noindex, nofollow")
# So many of each class in full; the others have pages of their own, so that this one stays light.
IN_FULL = 3

page = Blueprint("notice_board", __name__)


@page.after_request
def keep_out_of_searches(response: Response) -> Response:
    """What is public in the village need not be found by whoever searches the web for a name."""
    response.headers.set(*NOINDEX)
    return response


@page.errorhandler(NotFound)
@page.errorhandler(HttpNotFound)
def say_kindly(_error):
    language = _language()
    return render_template_string(MISSING, **_frame(language, i18n.text(language, "board.missing.title"))), 404


@page.get("/notice-board/<code:code>")
@requires(PUBLIC)
def board_page(code):
    """What a village has published, for everybody."""
    board = notice_board_service.notice_board(db.session(), code=code, settings=current_app.config)
    language = _language()
    classes = [(name, [one for one in board["disclosures"] if one["disclosure_class"] == name])
               for name in DISCLOSURE_CLASSES]
    today = shanghai_day(now())
    return _packed(render_template_string(
        BOARD, board=board, classes=classes, in_full=IN_FULL, dimensions=DIMENSIONS, code=code, summary=summary,
        poster=poster(board["contracts"], today=today), qr=_qr(board["address"]), today=today,
        box_qr=_qr(board["box"]),
        **_frame(language, i18n.text(language, "board.title", village=board["village"].name))))


@page.get("/notice-board/<code:code>/disclosures/<uuid:disclosure_id>")
@requires(PUBLIC)
def disclosure_page(code, disclosure_id):
    """One disclosure that is on a village's board."""
    session, language = db.session(), _language()
    village = notice_board_service.public_village(session, code)
    one = notice_board_service.public_disclosure(session, village_id=village.id, disclosure_id=disclosure_id)
    return _packed(render_template_string(DISCLOSURE, one=one, code=code, village=village,
                                          **_frame(language, one["title"])))


@page.get("/notice-board/<code:code>/files/<uuid:file_id>")
@requires(PUBLIC)
def board_file(code, file_id):
    """An attachment, while its disclosure is on the board."""
    session = db.session()
    village = notice_board_service.public_village(session, code)
    file = disclosure_files_service.published_file(session, village_id=village.id, file_id=file_id)
    response = send_file(io.BytesIO(file.content), mimetype=file.mimetype, as_attachment=True, download_name=file.name,
                         max_age=0)
    # Withdrawn means gone: no copy in between answers for it.
    response.headers["Cache-Control"] = "no-store"
    return response


@page.get("/notice-board/<path:_other>")
@requires(PUBLIC)
def no_board(_other):
    """An address that leads nowhere, such as one typed wrong from the poster."""
    raise NotFound()


def _language() -> str:
    return "en" if request.args.get("language") == "en" else "zh"


def _frame(language: str, title: str) -> dict:
    """What every one of the pages needs: words, forms of numbers and days, its own name."""

    def t(key: str, **params) -> str:
        return i18n.text(language, key, **params)

    def day(value: date | None) -> str:
        return shown_day(value, language)

    return {"t": t, "day": day, "amount": amount, "size": shown_size, "title": title, "language": language,
            "other": "zh" if language == "en" else "en", "query": "?language=en" if language == "en" else ""}


def _packed(html: str) -> Response:
    return Packable(html.encode(), "text/html").response()


def _qr(address: str) -> str:
    return segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass="code", lineclass=None)
