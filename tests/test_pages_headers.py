"""Pages under a strict policy, from an allow-list, and nothing from another host."""

import re

import pytest

from api.i18n import STATIC
from api.pages import CONTENT_SECURITY_POLICY, VENDOR

PAGES = ("/", "/phone/", "/dashboard/", "/docs")
HTML = sorted(STATIC.rglob("*.html"))


@pytest.mark.parametrize("path", [*PAGES, "/livez", "/api/v1/me", "/nothing", "/phone/sw.js", "/openapi.json"])
def test_every_answer_carries_the_strict_headers(client, path):
    headers = client.get(path).headers
    assert (headers["Content-Security-Policy"], headers["X-Content-Type-Options"], headers["Referrer-Policy"],
            headers["Permissions-Policy"]) == (
        CONTENT_SECURITY_POLICY, "nosniff", "same-origin", "geolocation=(self), camera=(), microphone=()")


def test_only_the_villages_page_may_listen(client):
    assert client.get("/village/").headers["Permissions-Policy"] == "geolocation=(self), camera=(), microphone=(self)"
    assert client.get("/village/").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


TILES = {"url": "https://tiles.example.cn:8443/a/{z}/{x}/{y}.png", "datum": "wgs84", "approval_number": "GS1",
         "attribution": "", "max_zoom": 18}


def test_the_tiles_of_the_settings_are_pictures_of_the_dashboard_alone(make_app):
    client = make_app(TILES=TILES).test_client()
    policy = client.get("/dashboard/").headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY.replace(
        "img-src 'self' data: blob:", "img-src 'self' https://tiles.example.cn:8443 data: blob:")
    assert policy.count("https:") == 1
    for path in ("/", "/phone/", "/village/", "/admin/", "/r/", "/docs", "/livez"):
        assert client.get(path).headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_a_part_of_a_page_is_taken_for_nothing_else(client):
    # The page's own policy governs what it loads; on a thin line each part's headers would only take time.
    assert client.get("/static/shared/api.js").headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_this_host_only_and_nothing_inline():
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert not re.search(r"unsafe|\*|https?:", CONTENT_SECURITY_POLICY)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_served_to_everybody(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("path", HTML, ids=lambda path: str(path.relative_to(STATIC)))
def test_a_page_has_nothing_inline_and_asks_no_other_host(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"\s(?:style|on\w+)=", text) == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []


@pytest.mark.parametrize("path", HTML, ids=lambda path: str(path.relative_to(STATIC)))
def test_whatever_a_page_names_is_there(client, path):
    named = re.findall(r"""(?:src|href)=["'](/[^"'#?]*)""", path.read_text(encoding="utf-8"))
    assert named
    assert {address: client.get(address).status_code for address in named} == dict.fromkeys(named, 200)


def test_modules_are_revalidated_so_that_page_and_module_are_of_one_version(client):
    first = client.get("/static/shared/api.js")
    again = client.get("/static/shared/api.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)


def test_answers_of_the_api_are_kept_nowhere(client, as_user, county):
    assert client.get("/api/v1/me").headers["Cache-Control"] == "no-store"
    assert as_user(county.person("admin")).get("/api/v1/me").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../setup.cfg", "/static/%2e%2e/setup.cfg", "/static/%00", "/static/%ff",
                                  "/static//etc/passwd", "/static/", "/static/shared", "/vendor/../setup.cfg",
                                  "/vendor/package.json", "/vendor/", "/phone", "/phone/../api"])
def test_nothing_but_the_pages_own_files_is_served(client, path):
    assert client.get(path).status_code in (404, 308)


@pytest.mark.parametrize("name", VENDOR)
def test_libraries_come_from_the_allow_list(client, name):
    assert client.get(f"/vendor/{name}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_strange_host_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_the_service_worker_comes_from_its_own_folder(client):
    answer = client.get("/phone/sw.js")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200, "text/javascript", "no-cache")
