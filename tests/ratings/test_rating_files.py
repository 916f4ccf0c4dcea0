"""What an old phone is given: the villager's page in few bytes, without what browsers learnt only lately."""

import re

import pytest

from api import i18n, pages
from tests.test_page_modules import modules_of, preloads

# Of browsers since 2020: an old WebView stops at the first of them, or goes on without.
NEW_SYNTAX = re.compile(
    r"\?\.[a-zA-Z_(\[]|\?\?|(?:\|\||&&)=|\.at\(|\.replaceAll\(|\.replaceChildren\(|randomUUID|allSettled|"
    r"structuredClone|\.matchAll\(|globalThis|\bstatic \{|\d_\d|\.flat\(|fromEntries|^\s*#\w+|^\w* ?await |"
    r"BigInt|hasOwn\(|"
    r"toSorted|Promise\.any|\.inert\b", re.MULTILINE)
NEW_STYLE = re.compile(r"(?<!grid-)\bgap:|inset:|clamp\(|\bmin\(|\bmax\(|aspect-ratio|:is\(|:where\(|:has\(|dvh|"
                       r"@container|@layer|color-mix|&:")
PAGE_BYTES = 26_000


def test_no_module_of_the_page_needs_a_browser_of_this_decade():
    paths = {*modules_of("rating"), pages.ROOT / pages.VENDOR["htm-preact.js"]}
    files = {path: pages.without_comments(path).decode() for path in paths}
    assert len(files) > 6
    assert [(path.name, found) for path, text in files.items() for found in NEW_SYNTAX.findall(text)] == []


def test_its_sheet_needs_none_either():
    [path] = pages.STYLES["rating"]
    assert NEW_STYLE.findall((pages.ROOT / path).read_text(encoding="utf-8")) == []


def test_the_page_keeps_nothing_on_the_phone():
    own = [path for path in modules_of("rating") if path.parent.name == "rating"]
    text = "".join(path.read_text(encoding="utf-8") for path in own)
    kept = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker", "caches.")
    assert [name for name in kept if name in text] == []
    fetches = re.findall(r"fetch\((?:[^()]|\([^()]*\))*\)", text)
    assert len(fetches) == 3
    assert all("credentials: 'omit'" in one and "referrerPolicy: 'no-referrer'" in one for one in fetches)


def test_all_its_files_packed_are_small(make_app):
    client = make_app().test_client()
    paths = ["/r/", "/styles/rating.css", "/static/rating/rating.js", "/words/rating.en.json", *preloads("rating")]
    sizes = {path: len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in paths}
    assert sum(sizes.values()) < PAGE_BYTES, sizes


@pytest.mark.parametrize("path", ["/r/", "/r/nowhere", "/r/a/b"])
def test_every_address_below_is_the_same_page_with_the_telephone(make_app, path):
    client = make_app(HOTLINE="0851-24620000").test_client()
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.text == client.get("/r/").text
    assert answer.text.count('href="tel:0851-24620000"') == 2
    assert "<noscript><p class=\"opening\">这部手机打不开评议页。" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "nowhere" not in answer.text
    words = {key for key in i18n.dictionary("zh") if key.startswith("rating.")}
    assert [key for key in words if f"&#34;{key}&#34;" not in answer.text] == []


def test_without_a_telephone_it_points_to_the_card(make_app):
    text = make_app().test_client().get("/r/").text
    assert "印在卡上的监督电话" in text
    assert "tel:" not in text


def test_a_telephone_is_written_into_the_page_as_text(make_app):
    text = make_app(HOTLINE='"><script>').test_client().get("/r/").text
    assert "<script>" not in text
