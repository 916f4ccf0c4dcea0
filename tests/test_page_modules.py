"""Guards over the pages' modules: words, exports, preloads and what the phone keeps for days without a network."""

import re
from functools import cache
from pathlib import Path

import pytest

from api import i18n, pages

STATIC = i18n.STATIC
ENTRIES = {"login": "login/login.js", "opening": "opening/opening.js", "phone": "phone/main.js",
           "dashboard": "dashboard/main.js", "admin": "admin/main.js", "village": "village/main.js",
           "field": "phone/field.js", "rating": "rating/rating.js",
           "suggestions": "suggestions/suggestions.js", "tally": "tally/tally.js"}
# The phone page's last part has words and a sheet of its own: what it reaches by itself is no part of the first load.
FIELD = STATIC / ENTRIES["field"]
MODULES = {path: path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js"))}
STRING = re.compile(r"'([^'\n]*)'")
# What the 2026 rule bans, in the words that a page would use for it.
BANNED = ("打卡", "签到", "排名", "排行", "积分", "点赞", "在线时长", "登录次数", "安装率", "使用率", "活跃度", "轨迹",
          "leaderboard", "ranking of", "online time", "activity score", "last place", "末位")
# Texts that name such a thing to say that it is not there.
DENIALS = ("about.absent.", "assessment.minimal.answer", "phone.location.on_text")
# The first load, and what it is held to here: every view of the phone page, not only the first; and what comes after.
PHONE_BYTES = 80 * 1024
FIELD_BYTES = 60 * 1024


def imported(path: Path) -> set[Path]:
    found = re.findall(r"(?:\} from |\bimport\(|^import )'([^'\n]+)'", MODULES[path], re.MULTILINE)
    found = [name for name in found if not name.startswith("/vendor/")]
    return {STATIC / name.removeprefix("/static/") if name.startswith("/") else (path.parent / name).resolve()
            for name in found}


@cache
def modules_of(page: str) -> frozenset[Path]:
    """Every module that a page can come to load."""
    seen, open_ones = set(), [STATIC / ENTRIES[page]]
    while open_ones:
        path = open_ones.pop()
        if path not in seen and not (path == FIELD and page == "phone"):
            seen.add(path)
            open_ones.extend(imported(path))
    return frozenset(seen)


def keys_named(text: str, dictionary: dict) -> set[str]:
    """Every key that the text of a module can come to ask for, and the literal ones that the dictionary lacks."""
    strings = set(STRING.findall(text))
    named = {string for string in strings if string in dictionary}
    named |= set(re.findall(r"\bt\('([^']+)'", text))
    # A template's fixed beginning and end name a family of keys, such as phone.mark.*.
    for template in re.findall(r"`([a-z_]+\.(?:\$\{[^}]*\}|[\w.])*)`", text):
        parts = re.split(r"\$\{[^}]*\}", template)
        # The names under which the page stores things look alike, but are no words.
        if not template.startswith("zhucun."):
            pattern = re.compile(r"[^ ]+".join(map(re.escape, parts)))
            family = {key for key in dictionary if pattern.fullmatch(key)}
            named |= family or {template}
    return named


@cache
def keys_of(page: str) -> frozenset[str]:
    whole = i18n.dictionary("zh")
    return frozenset().union(*(keys_named(MODULES[path], whole) for path in modules_of(page)))


@pytest.mark.parametrize("page", ENTRIES)
def test_a_page_gets_every_word_it_uses(page):
    prefixes = pages.WORDS[page] + (pages.WORDS["phone"] if page == "field" else ())
    shown = {key for key in i18n.dictionary("zh") if key.startswith(prefixes)}
    # A rule that a page does not know is shown by its key; the page looks before it asks.
    assert sorted(keys_of(page) - shown) == []


@pytest.mark.parametrize("page", ENTRIES)
def test_no_word_of_a_page_is_left_unused(page):
    own = {key for key in i18n.dictionary("zh") if key.startswith(f"{page}.")}
    # The last part of the phone page uses the words of the first too.
    assert sorted(own - keys_of(page) - (keys_of("field") if page == "phone" else set())) == []


def test_both_languages_have_the_same_keys_with_the_same_parameters():
    chinese, english = i18n.dictionary("zh"), i18n.dictionary("en")
    assert chinese.keys() == english.keys()

    def parameters(text):
        return set(re.findall(r"\{(\w+)\}", text))

    differing = [key for key in chinese if parameters(chinese[key]) != parameters(english[key])]
    assert differing == []


def test_banned_words_stand_nowhere():
    texts = {path: path.read_text(encoding="utf-8") for path in STATIC.rglob("*")
             if path.suffix in (".js", ".html", ".css", ".webmanifest")}
    texts |= {STATIC / "i18n" / f"{language}.{key}": text for language in i18n.LANGUAGES
              for key, text in i18n.dictionary(language).items() if not key.startswith(DENIALS)}
    assert [(path.name, word) for path, text in texts.items() for word in BANNED if word in text] == []


def test_every_module_belongs_to_a_page():
    served_apart = {STATIC / "phone" / "sw.js", STATIC / "docs" / "docs.js"}
    assert set(MODULES) - served_apart - set().union(*map(modules_of, ENTRIES)) == set()


def test_every_export_is_imported_somewhere():
    words = {path: set(re.findall(r"\w+", text)) for path, text in MODULES.items()}
    dead = [(path.name, name) for path, text in MODULES.items()
            for name in re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE)
            if not any(name in found for place, found in words.items() if place != path)]
    assert dead == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_is_short_and_reads_from_its_first_line(path):
    lines = MODULES[path].splitlines()
    assert len(lines) < 300
    assert lines[0].startswith("// ")


def preloads(page: str) -> set[str]:
    document = (STATIC / page / "index.html").read_text(encoding="utf-8")
    return set(re.findall(r'modulepreload" href="([^"]+)"', document))


def static_imports(path: Path, seen: set[Path]) -> set[Path]:
    """The modules that a page cannot start without: the imports that are not made later."""
    if path not in seen:
        seen.add(path)
        for name in re.findall(r"^import [^;]*?from '([^']+)'", MODULES[path], re.MULTILINE):
            if not name.startswith("/vendor/"):
                target = STATIC / name.removeprefix("/static/") if name.startswith("/") else (path.parent / name)
                static_imports(target.resolve(), seen)
    return seen


@pytest.mark.parametrize(("page", "entries"), [
    ("login", ("login/login.js",)), ("phone", ("phone/main.js", "phone/app.js")), ("dashboard", ("dashboard/main.js",)),
    ("admin", ("admin/main.js",)),
    ("village", ("village/main.js",)), ("rating", ("rating/rating.js",)),
    ("suggestions", ("suggestions/suggestions.js",)),
    ("tally", ("tally/tally.js",)),
])
def test_a_page_preloads_what_it_starts_with(page, entries):
    needed = set()
    for entry in entries:
        static_imports(STATIC / entry, needed)
    urls = {f"/static/{path.relative_to(STATIC).as_posix()}" for path in needed} | {"/vendor/htm-preact.js"}
    # The first module stands in the document itself.
    first = f"/static/{ENTRIES[page]}"
    assert preloads(page) - {first} == urls - {first}


def kept_files() -> set[str]:
    """The list of the service worker, which is made of plain strings and of lists with a pattern."""
    text = MODULES[STATIC / "phone" / "sw.js"]
    block = re.search(r"const FILES = \[(.*?)\n\];", text, re.DOTALL)[1]
    files = set()
    for names, pattern in re.findall(r"\.\.\.\[([^\]]*)\]\s*\.map\(\(name\) => `([^`]*)`\)", block):
        files |= {pattern.replace("${name}", name) for name in STRING.findall(names)}
    return files | {name for name in STRING.findall(block) if name.startswith("/")}


def test_the_phone_keeps_every_file_of_its_page():
    folder = {f"/static/phone/{path.name}" for path in (STATIC / "phone").iterdir()
              if path.suffix not in (".png", ".css", ".html") and path.name != "sw.js"}
    shared = {f"/static/{path.relative_to(STATIC).as_posix()}" for path in modules_of("phone") | modules_of("field")}
    others = {"/phone/", "/vendor/htm-preact.js", "/styles/phone.css", "/styles/field.css"}
    assert kept_files() == folder | shared | others


def field_files() -> set[str]:
    """What is loaded after the first load: the modules that only the work in the field needs, its words and sheet."""
    later = modules_of("field") - modules_of("phone")
    return {"/styles/field.css", "/words/field.zh.json",
            *(f"/static/{path.relative_to(STATIC).as_posix()}" for path in later)}


def test_the_whole_phone_page_stays_small(make_app):
    client = make_app().test_client()
    sizes = {path: len(client.get(path, headers={"Accept-Encoding": "gzip"}).data)
             for path in (*kept_files(), "/words/phone.zh.json", "/words/field.zh.json")}
    later = field_files()
    assert sum(size for path, size in sizes.items() if path not in later) < PHONE_BYTES, sizes
    assert sum(size for path, size in sizes.items() if path in later) < FIELD_BYTES, sizes
