"""What the pages are served with: types, policy, ETags, gzip, and the words of each page."""

import gzip
import json

import pytest

from api import i18n, pages
from api.compression import LEAST_BYTES

STATIC = i18n.STATIC
PACKED = {"Accept-Encoding": "gzip"}
TEXTS = ("/", "/phone/", "/dashboard/", "/phone/sw.js", "/static/phone/phone.css", "/static/phone/icon.svg",
         "/static/phone/manifest.webmanifest", "/vendor/htm-preact.js", "/styles/phone.css", "/words/phone.zh.json")


@pytest.fixture
def page_client(shared_app):
    """A client of an application whose database nobody asks."""
    return shared_app.test_client()


@pytest.mark.parametrize("path", TEXTS)
def test_text_travels_packed_to_those_who_unpack_it(page_client, path):
    plain = page_client.get(path)
    packed = page_client.get(path, headers=PACKED)
    assert (plain.status_code, packed.status_code) == (200, 200)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert plain.vary == packed.vary == {"Accept-Encoding"}
    assert plain.mimetype == packed.mimetype


@pytest.mark.parametrize("encodings", ["", "identity", "br", "gzip;q=0"])
def test_who_does_not_take_gzip_gets_none(page_client, encodings):
    assert "Content-Encoding" not in page_client.get("/phone/", headers={"Accept-Encoding": encodings}).headers


@pytest.mark.parametrize("headers", [{}, PACKED])
def test_a_file_that_the_client_has_is_not_sent_again(page_client, headers):
    first = page_client.get("/static/phone/phone.css", headers=headers)
    again = page_client.get("/static/phone/phone.css", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.vary == {"Accept-Encoding"}


def test_a_changed_file_is_served_anew_without_a_new_start(page_client, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    file = tmp_path / "one.js"
    file.write_text("const first = 1;")
    before = page_client.get("/static/one.js", headers=PACKED)
    file.write_text("const second = 2;")
    after = page_client.get("/static/one.js", headers={**PACKED, "If-None-Match": before.headers["ETag"]})
    assert (after.status_code, gzip.decompress(after.data)) == (200, b"const second = 2;")


def test_a_picture_is_packed_already(page_client):
    response = page_client.get("/static/phone/icon-192.png", headers=PACKED)
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("path", [
    "/static/missing.js", "/static/../setup.cfg", "/static/%2e%2e/setup.cfg", "/static//etc/passwd", "/static/phone",
    "/static/a%00.js", "/vendor/weui.css", "/styles/villager.css", "/vendor/..%2fsetup.cfg", "/words/villager.zh.json",
    "/words/phone.fr.json",
])
def test_what_is_not_on_the_list_is_not_found(page_client, path):
    assert page_client.get(path, follow_redirects=True).status_code == 404


def test_a_file_of_an_unknown_kind_is_not_served(page_client, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    (tmp_path / "notes.txt").write_text("not for the pages")
    assert page_client.get("/static/notes.txt").status_code == 404


@pytest.mark.parametrize("path", ["/", "/phone/", "/phone/sw.js", "/dashboard/", "/docs", "/static/phone/icon.svg",
                                  "/static/login/index.html", "/api/v1/me", "/openapi.json"])
def test_what_a_browser_may_open_or_run_carries_the_policy(page_client, path):
    headers = page_client.get(path).headers
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/phone/main.js", "/styles/phone.css", "/words/phone.zh.json"])
def test_a_part_of_a_page_travels_light(page_client, path):
    headers = page_client.get(path).headers
    assert "Content-Security-Policy" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("document", sorted(STATIC.rglob("*.html")), ids=lambda path: path.parent.name)
def test_no_page_has_script_or_style_inside(document):
    text = document.read_text(encoding="utf-8")
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert "://" not in text


def test_the_phone_page_wears_one_sheet_of_the_parts_it_needs(page_client):
    text = page_client.get("/styles/phone.css").text
    for needed in (".weui-btn_primary", ".weui-tabbar__item", ".weui-badge", ".weui-switch", ".weui-primary-loading"):
        assert needed in text
    assert ".weui-picker" not in text
    # Our own rules come last, so that they prevail.
    assert text.index(".weui-btn_primary") < text.index("--brand:") < text.index(".here__button")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("page", pages.WORDS)
def test_a_page_gets_its_part_of_the_one_dictionary(page_client, page, language):
    response = page_client.get(f"/words/{page}.{language}.json")
    whole = i18n.dictionary(language)
    assert response.json == {key: text for key, text in whole.items() if key.startswith(pages.WORDS[page])}
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_long_answer_to_a_get_is_packed_and_keeps_its_etag(as_user, county):
    client = as_user(county.cadre())
    plain = client.get("/api/v1/me")
    url = f"/api/v1/stationed-days?from=2026-11-01&to=2026-11-30&cadre_id={plain.json['cadre']['id']}"
    packed = client.get(url, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.vary == {"Accept-Encoding"}
    assert json.loads(gzip.decompress(packed.data)) == client.get(url).json
    assert packed.headers["Cache-Control"] == "no-store"


def test_an_etag_of_the_api_stays_the_version(as_user, county):
    person = county.cadre(name="某" * 60)
    for division in county.townships.values():
        for role in ("village", "supervisor", "admin", "auditor", "discipline"):
            county.grant(person, role, division)
    response = as_user(person).get("/api/v1/me", headers=PACKED)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["ETag"] == f'"{json.loads(gzip.decompress(response.data))["version"]}"'


def test_a_short_answer_and_an_error_stay_as_they_are(client):
    for path in ("/livez", "/api/v1/me"):
        response = client.get(path, headers=PACKED)
        assert len(response.data) < LEAST_BYTES
        assert "Content-Encoding" not in response.headers


def test_an_answer_to_a_post_is_not_packed(as_user, county):
    person = county.cadre()
    response = as_user(county.person("supervisor")).post(
        "/api/v1/invitations", json={"cadre_id": person.cadre.id}, headers=PACKED)
    assert (response.status_code, len(response.data) > LEAST_BYTES) == (201, True)
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_export_is_sent_as_it_was_made(as_user, county, format):
    county.cadre()
    response = as_user(county.person("supervisor")).post("/api/v1/exports", headers=PACKED, json={
        "kind": "month_table", "month": "2026-11", "division_code": county.CODE, "level": "cadre", "format": format})
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers
    response.close()


def test_every_library_and_sheet_is_there(page_client):
    paths = [f"/vendor/{name}" for name in pages.VENDOR] + [f"/styles/{page}.css" for page in pages.STYLES]
    assert [path for path in paths if page_client.get(path).status_code != 200] == []


def test_comments_of_whole_lines_stay_behind_and_lines_keep_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    module = "// Head.\n/** Says\n * more. */\nexport const a = 'x'; // stays\n  // gone\nconst u = 'https://a/*b*/';\n"
    (tmp_path / "a.js").write_text(module)
    (tmp_path / "a.css").write_text("/* gone\n   too */\na { b: c; } /* stays */\n")
    assert pages.without_comments(tmp_path / "a.js") == (
        b"\n\n\nexport const a = 'x'; // stays\n\nconst u = 'https://a/*b*/';\n")
    assert pages.without_comments(tmp_path / "a.css") == b"\n\na { b: c; } /* stays */\n"


@pytest.mark.parametrize("path", sorted(pages.STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_what_travels_of_a_module_differs_in_comments_only(path):
    lines = list(zip(path.read_text().split("\n"), pages.without_comments(path).decode().split("\n"), strict=True))
    gone = [line.strip() for line, sent in lines if line != sent]
    assert all(sent == "" for line, sent in lines if line != sent)
    assert all(line.startswith(("//", "/**", "*")) for line in gone)
