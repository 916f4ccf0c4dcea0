"""The pages: static files from a short allow-list, under a strict Content-Security-Policy."""

import json
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, render_template_string, request
from werkzeug.exceptions import NotFound
from werkzeug.utils import safe_join

from api import compression
from api.auth import PUBLIC, requires
from api.compression import Packable
from api.config import tile_origin
from api.i18n import LANGUAGES, STATIC

ROOT = Path(__file__).resolve().parent.parent
# What a file of the pages may be; any other kind is not served. PNG is packed already.
TYPES = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json",
    ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".png": "image/png",
}
# What the pages may load of the packages that `make setup` brings, and under which name.
VENDOR = {
    "echarts.js": "node_modules/echarts/dist/echarts.common.min.js",
    "htm-preact.js": "node_modules/htm/preact/standalone.module.js",
    "leaflet.css": "node_modules/leaflet/dist/leaflet.css",
    "leaflet.js": "node_modules/leaflet/dist/leaflet.js",
    "supercluster.js": "node_modules/supercluster/dist/supercluster.min.js",
    "swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
    "swagger-ui-bundle.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
}
WEUI = "node_modules/weui/dist/style"
# One sheet for each page, since every file takes its turn on a thin line. Of WeUI only the parts that the phone page
# wears: the whole of it would be a third of the page's first load.
STYLES = {
    "about": ("static/about/about.css",),
    "board": ("static/board/board.css",),
    "login": ("static/shared/ui.css", "static/login/login.css"),
    "tally": ("static/shared/ui.css", "static/tally/tally.css"),
    "field": ("static/phone/field.css",),
    "phone": (f"{WEUI}/base/base.min.css", f"{WEUI}/widget/weui-tab/weui-tab.min.css",
              f"{WEUI}/widget/weui-button/weui-button.min.css", f"{WEUI}/widget/weui-tips/weui-badge.min.css",
              f"{WEUI}/widget/weui-cell/weui-switch.min.css", f"{WEUI}/widget/weui-loading/weui-loading.min.css",
              "static/shared/ui.css", "static/phone/phone.css"),
    "dashboard": ("static/dashboard/colours.css", "static/dashboard/dashboard.css", "static/shared/sheet.css",
                  "static/shared/desk.css", "static/dashboard/promises.css", "static/shared/disclosures.css",
                  "static/dashboard/ratings.css", "static/shared/vote.css", "static/dashboard/overview.css"),
    "admin": ("static/dashboard/colours.css", "static/dashboard/dashboard.css", "static/shared/desk.css",
              "static/admin/admin.css"),
    "rating": ("static/rating/rating.css",),
    "suggestions": ("static/shared/ui.css", "static/suggestions/suggestions.css"),
    "village": ("static/shared/ui.css", "static/shared/sheet.css", "static/village/village.css",
                "static/shared/disclosures.css", "static/shared/vote.css"),
}
# The texts that each page may show, by the beginnings of their keys; the server words its own errors itself.
WORDS = {
    "login": ("login.", "closing.", "error.not_reached", "error.server"),
    "opening": ("opening.", "error.not_reached", "error.server"),
    "tally": ("tally.", "error.not_reached"),
    "phone": ("phone.", "calendar.", "cadre_role.", "closing.", "leave.", "level.", "rule.", "why.",
              "error.not_reached", "error.server"),
    # Of the phone page too, and loaded after the rest.
    "field": ("field.", "concern.", "contract.accepted", "contract.agrees", "contract.body.", "contract.completed",
              "contract.dimension.", "contract.disagrees", "contract.field.", "contract.hint.", "contract.inspected",
              "contract.quarter.", "contract.review_", "contract.state.", "contract.title.", "contract.verdict.",
              "deed.", "emergency.", "oddity.", "supervision.answer.", "supervision.state.", "supervision.step."),
    "dashboard": ("dashboard.", "board.", "cadre_role.", "closing.", "concern.", "contract.", "emergency.", "flag.",
                  "idle.", "leave.", "month.", "notice.", "oddity.", "rank.", "rating.question.", "register.",
                  "state.", "suggestion.", "supervision.", "verdict.", "vote.", "why.", "error.not_reached",
                  "error.server", "export.kind."),
    "admin": ("admin.", "calendar.", "cadre_role.", "closing.", "dashboard.", "emergency.", "idle.", "leave.kind.",
              "notice.", "rank.", "role.", "error.not_reached", "error.server", "export.kind."),
    # The villager's page, where the usual questions and answers are words of the dictionary too.
    "rating": ("rating.",),
    "suggestions": ("suggestions.", "suggestion."),
    "village": ("village.", "vote.", "board.", "cadre_role.", "closing.", "concern.", "contract.", "deed.",
                "emergency.", "flag.", "leave.kind.", "month.", "notice.", "register.", "suggestion.",
                "supervision.answer.", "supervision.state.", "supervision.step.", "verdict.",
                "error.not_reached", "error.server"),
}
PARTS = ("/static/", "/styles/", "/vendor/", "/words/")
PART_TYPES = ("text/javascript", "text/css", "application/json", "image/png", "application/manifest+json")
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'",
    "font-src 'self'", "media-src 'self' blob:", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
))
# The one page that shows a map; of another host it may load the tiles of the settings, as pictures, and nothing else.
WITH_MAP = "/dashboard/"
EVERYWHERE = (("X-Content-Type-Options", "nosniff"),)
PROTECTION = (*EVERYWHERE, ("Content-Security-Policy", CONTENT_SECURITY_POLICY), ("Referrer-Policy", "same-origin"),
              ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"))
# The village's committee may record how a question is said there.
RECORDS = ("/village/", "geolocation=(self), camera=(), microphone=(self)")
DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Zhucun API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/vendor/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/vendor/swagger-ui-bundle.js"></script>
<script src="/static/docs/docs.js"></script></body></html>"""

_COMMENTS = {
    ".js": re.compile(rb"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/[ \t]*)$", re.MULTILINE),
    ".css": re.compile(rb"^[ \t]*/\*(?s:.*?)\*/[ \t]*$", re.MULTILINE),
}

blueprint = Blueprint("pages", __name__)


@lru_cache(maxsize=256)
def _read(paths: tuple[str, ...], _modified_ns: tuple[int, ...]) -> Packable:
    # Kept for each version of the files, so that a server under development needs no new start.
    suffix = Path(paths[0]).suffix
    content = b"\n".join(without_comments(Path(path)) for path in paths)
    return Packable(content, TYPES[suffix], pack=suffix != ".png")


def without_comments(path: Path) -> bytes:
    """A file as it travels: our own modules and sheets without the comments that fill whole lines.

    They are a fifth of what a phone would load. Each leaves its empty lines, so that an error names the right one.
    """
    content = path.read_bytes()
    comments = _COMMENTS.get(path.suffix)
    if comments is None or not path.is_relative_to(STATIC):
        return content
    return comments.sub(lambda found: b"\n" * found.group().count(b"\n"), content)


@lru_cache(maxsize=16)
def _read_words(path: str, prefixes: tuple[str, ...], _modified_ns: int) -> Packable:
    texts = json.loads(Path(path).read_text(encoding="utf-8"))
    shown = {key: text for key, text in texts.items() if key.startswith(prefixes)}
    return Packable(json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")


def _file(*paths: Path) -> Response:
    """One file, or several as one."""
    if not all(path.suffix in TYPES and path.is_file() for path in paths):
        raise NotFound()
    return _read(tuple(map(str, paths)), tuple(path.stat().st_mtime_ns for path in paths)).response()


@blueprint.get("/")
@requires(PUBLIC)
def log_in_page():
    """The log-in page; also where an invitation's link leads."""
    return _file(STATIC / "login" / "index.html")


@blueprint.get("/phone/")
@requires(PUBLIC)
def phone_page():
    """The cadre's page. It holds no data of its own: those come from the API, with a session."""
    return _file(STATIC / "phone" / "index.html")


@blueprint.get("/phone/sw.js")
@requires(PUBLIC)
def phone_service_worker():
    """The service worker, served from /phone/ because its scope is the folder that it comes from."""
    return _file(STATIC / "phone" / "sw.js")


@blueprint.get("/dashboard/")
@requires(PUBLIC)
def dashboard_page():
    """The supervisor's page."""
    return _file(STATIC / "dashboard" / "index.html")


@blueprint.get("/admin/")
@requires(PUBLIC)
def admin_page():
    """The administrator's and the auditor's page."""
    return _file(STATIC / "admin" / "index.html")


@blueprint.get("/village/")
@requires(PUBLIC)
def village_page():
    """The village committee's page."""
    return _file(STATIC / "village" / "index.html")


@blueprint.get("/r/")
@blueprint.get("/r/<path:_other>")
@requires(PUBLIC, unseen=True)
def rating_page(_other=None):
    """Where a villager's card leads; its code is in the fragment, which no server hears.

    Whoever typed it into the address itself gets the same page, and no log line tells of it.
    """
    path = STATIC / "rating" / "index.html"
    words, hotline = _words("rating", "zh"), current_app.config.get("HOTLINE", "")
    return _read_rating(str(path), path.stat().st_mtime_ns, words, hotline).response()


@lru_cache(maxsize=4)
def _read_rating(path: str, _modified_ns: int, words: Packable, hotline: str) -> Packable:
    # With its words inside, since every file takes its turn on a thin line, and the telephone for who has no script.
    template = Path(path).read_text(encoding="utf-8")
    html = render_template_string(template, words=words.content.decode(), hotline=hotline)
    return Packable(html.encode(), "text/html")


@blueprint.get("/notices/<uuid:_notice_id>")
@requires(PUBLIC)
def notice_page(_notice_id):
    """Where the QR code of a printed notice leads; the page asks who is there and goes on to where the notice is."""
    return _file(STATIC / "opening" / "index.html")


@blueprint.get("/tally/")
@requires(PUBLIC, unseen=True)
def tally_page():
    """A teller's page; the code stands behind the stroke of its address, which no browser sends."""
    return _file(STATIC / "tally" / "index.html")


@blueprint.get("/docs")
@requires(PUBLIC)
def docs_page():
    """The API, to browse."""
    return render_template_string(DOCS)


@blueprint.get("/static/<path:name>")
@requires(PUBLIC)
def static_file(name):
    """A file of the pages."""
    path = safe_join(str(STATIC), name)
    if path is None:
        raise NotFound()
    return _file(Path(path))


@blueprint.get("/words/<page>.<language>.json")
@requires(PUBLIC)
def words(page, language):
    """The texts of one page in one language, out of the one dictionary of that language."""
    if page not in WORDS or language not in LANGUAGES:
        raise NotFound()
    return _words(page, language).response()


def _words(page: str, language: str) -> Packable:
    path = STATIC / "i18n" / f"{language}.json"
    return _read_words(str(path), WORDS[page], path.stat().st_mtime_ns)


@blueprint.get("/styles/<page>.css")
@requires(PUBLIC)
def styles(page):
    """The one style sheet of a page."""
    if page not in STYLES:
        raise NotFound()
    return _file(*(ROOT / path for path in STYLES[page]))


@blueprint.get("/vendor/<name>")
@requires(PUBLIC)
def vendor_file(name):
    """A library of the pages, from the allow-list."""
    if name not in VENDOR:
        raise NotFound()
    return _file(ROOT / VENDOR[name])


def policy_with_tiles(url: str) -> str:
    """The policy of the page with the map, where a tile server is set."""
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {tile_origin(url)}")


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    compression.init_app(app)

    @app.after_request
    def protect(response: Response):
        mimetype = response.mimetype
        # What is only ever part of a page has the page's policy; without its own it weighs a third less on the line.
        a_part = request.path.startswith(PARTS) and mimetype in PART_TYPES
        response.headers.extend(EVERYWHERE if a_part else PROTECTION)
        if request.path == WITH_MAP and current_app.config.get("TILES"):
            response.headers["Content-Security-Policy"] = policy_with_tiles(current_app.config["TILES"]["url"])
        if request.path == RECORDS[0]:
            response.headers["Permissions-Policy"] = RECORDS[1]
        if mimetype == "application/json":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
