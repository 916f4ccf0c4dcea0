"""The pages: static files from a short allow-list, under a strict Content-Security-Policy."""

from pathlib import Path

from flask import Blueprint, Flask, Response, render_template_string, send_from_directory
from werkzeug.exceptions import NotFound

from api.auth import PUBLIC, requires
from api.i18n import STATIC

ROOT = Path(__file__).resolve().parent.parent
# What the pages may load of the packages that `make setup` brings, and under which name.
VENDOR = {
    "htm-preact.js": "node_modules/htm/preact/standalone.module.js",
    "weui.css": "node_modules/weui/dist/style/weui.min.css",
    "swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
    "swagger-ui-bundle.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
}
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'",
    "font-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))
DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Zhucun API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/vendor/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/vendor/swagger-ui-bundle.js"></script>
<script src="/static/docs/docs.js"></script></body></html>"""

blueprint = Blueprint("pages", __name__)


def _file(folder: Path, name: str) -> Response:
    # Revalidated each time: a page and its modules must be of one version, and a 304 costs next to nothing.
    response = send_from_directory(folder, name, conditional=True, max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/")
@requires(PUBLIC)
def log_in_page():
    """The log-in page; also where an invitation's link leads."""
    return _file(STATIC / "login", "index.html")


@blueprint.get("/phone/")
@requires(PUBLIC)
def phone_page():
    """The cadre's page. It holds no data of its own: those come from the API, with a session."""
    return _file(STATIC / "phone", "index.html")


@blueprint.get("/phone/sw.js")
@requires(PUBLIC)
def phone_service_worker():
    """The service worker, served from /phone/ because its scope is the folder that it comes from."""
    return _file(STATIC / "phone", "sw.js")


@blueprint.get("/dashboard/")
@requires(PUBLIC)
def dashboard_page():
    """The supervisor's page."""
    return _file(STATIC / "dashboard", "index.html")


@blueprint.get("/docs")
@requires(PUBLIC)
def docs_page():
    """The API, to browse."""
    return render_template_string(DOCS)


@blueprint.get("/static/<path:name>")
@requires(PUBLIC)
def static_file(name):
    """A file of the pages."""
    return _file(STATIC, name)


@blueprint.get("/vendor/<name>")
@requires(PUBLIC)
def vendor_file(name):
    """A library of the pages, from the allow-list."""
    if name not in VENDOR:
        raise NotFound()
    path = ROOT / VENDOR[name]
    return _file(path.parent, path.name)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)

    @app.after_request
    def protect(response: Response):
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
        if response.mimetype == "application/json":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
