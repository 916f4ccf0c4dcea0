"""The documentation against the code: links, dependencies, settings, commands, rules and their numbers."""

import ast
import configparser
import json
import re
from pathlib import Path

import click
import pytest

from api import cli, config
from api.postings.policies_rules import POLICY_KEYS

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
DEPLOYS = (ROOT / "docs/deploy.md", ROOT / "docs/deploy.zh.md")
RULES = (ROOT / "docs/rules.md", ROOT / "docs/rules.zh.md")
PAIRS = (READMES, DEPLOYS, RULES)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md")])
CASES = json.loads((ROOT / "tests/data/on_post_rate.json").read_text(encoding="utf-8"))

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """The text without its code blocks."""
    return _BLOCK.sub("", read(path))


def headings(path: Path) -> list[tuple[int, str]]:
    return [(len(signs), words) for signs, words in _HEADING.findall(prose(path))]


def anchors(path: Path) -> set[str]:
    """The anchors that a reader of Markdown makes of the headings."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _level, words in headings(path)}


def cells(path: Path) -> list[list[str]]:
    """Every row of every table."""
    rows = (line.strip("|").split(" | ") for line in prose(path).splitlines() if line.startswith("| "))
    return [[cell.strip(" |") for cell in row] for row in rows]


def reason_of(path: Path, package: str) -> str:
    """What a table says behind a package."""
    return next((row[1] for row in cells(path) if len(row) == 2 and row[0] == package), "")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_within_the_repository_resolve(path):
    broken = []
    for link in _LINK.findall(prose(path)):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.is_relative_to(ROOT) or not target.exists() or anchor and anchor not in anchors(target):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_the_two_commands_are_named(path):
    assert {"make run", "make test"} <= set(re.findall(r"^make \w+", read(path), re.MULTILINE))


def packages(extra: str | None = None) -> list[str]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options.extras_require"][extra] if extra else setup["options"]["install_requires"]
    return re.findall(r"^[\w-]+", lines, re.MULTILINE)


def npm_packages() -> list[str]:
    manifest = json.loads(read(ROOT / "package.json"))
    return [name for kind in ("dependencies", "devDependencies") for name in manifest.get(kind, ())]


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_every_dependency_has_its_reason(path):
    missing = [package for package in (*packages(), *packages("dev"), *npm_packages())
               if not reason_of(path, package)]
    assert missing == []
    assert all(package in read(path) for package in packages("s3"))


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_every_named_dependency_is_one(path):
    # The rows of the tables under the one heading whose cells are package names.
    section = re.split(r"^## ", read(path), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(("Dependencies", "依赖")))
    named = set(re.findall(r"^\| ([A-Za-z][\w-]+) \|", text, re.MULTILINE)) - {"package"}
    assert named == {*packages(), *packages("dev"), *npm_packages()}


def settings_read() -> set[str]:
    """The names that `config.from_env` asks its mapping for."""
    tree = ast.parse(read(Path(config.__file__)))
    return {call.args[0].value for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "get"
            and isinstance(call.func.value, ast.Name) and call.func.value.id == "env"}


@pytest.mark.parametrize("path", DEPLOYS, ids=name_of)
def test_every_setting_is_documented_and_no_other(path):
    assert "ZHUCUN_COUNTY" in settings_read()
    documented = {row[0].strip("`") for row in cells(path) if re.fullmatch(r"`[A-Z_]+`", row[0])}
    assert documented == settings_read() | {"PROMETHEUS_MULTIPROC_DIR", "PORT", "ZHUCUN_WORKERS"}


def commands(group: click.Group, *before: str) -> list[str]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command, whole = group.get_command(context, name), (*before, name)
        found += commands(command, *whole) if isinstance(command, click.Group) else [" ".join(whole)]
    return found


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_every_command_is_named_and_no_other(path):
    named = {re.sub(r" [A-Z][A-Z ]*$", "", row[0].strip("`").removeprefix("zhucun ")) for row in cells(path)
             if row[0].startswith("`zhucun ")}
    assert named == set(commands(cli.cli))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: name_of(pair[0]))
def test_both_languages_have_the_same_sections(pair):
    english, chinese = ([level for level, _words in headings(path)] for path in pair)
    assert english == chinese


@pytest.mark.parametrize("pair", (DEPLOYS, RULES), ids=lambda pair: name_of(pair[0]))
def test_both_languages_give_the_same_commands_and_files(pair):
    english, chinese = (_BLOCK.findall(read(path)) for path in pair)
    assert english == chinese


def test_the_readmes_give_the_same_example():
    english, chinese = ([text for kind, text in _BLOCK.findall(read(path)) if "curl" in text] for path in READMES)
    assert english == chinese != []


def figures(case: dict) -> list[str]:
    """The case's last cells in the table of golden numbers."""
    expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
    days = "; ".join(f"{one['credited_days']} / {one['required_days']}" for one in expected)
    rates = "; ".join("–" if one["rate"] is None else f"{one['rate']:.4g}" for one in expected)
    return [days, rates]


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_the_golden_rates_are_those_that_the_tests_check(path):
    rows = [row[1:2] + row[-2:] for row in cells(path) if re.match(r"20\d\d-\d\d$", row[1] if len(row) > 1 else "")]
    assert rows == [[case["month"], *figures(case)] for case in (*CASES["by_week"], *CASES["by_month"])]


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_the_golden_states_are_those_that_the_tests_check(path):
    rows = [row[1:] for row in cells(path) if len(row) == 4 and re.fullmatch(r"20\d\d-\d\d-\d\d", row[1])]
    assert rows == [[case["today"], str(len(case["stationed_on"])), f"`{case['expect']}`"] for case in CASES["state"]]


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_the_golden_verdicts_are_those_that_the_tests_check(path):
    rows = [row for row in cells(path) if len(row) == 4 and row[0].isdecimal()]
    assert [[*row[:2], row[3]] for row in rows] == [
        [str(case["distance_m"]), str(case["radius_m"]), f"`{case['expect']}`"] for case in CASES["place"]]


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_every_policy_is_explained_with_the_value_it_starts_with(path):
    defaults = {row["key"]: row["value"] for row in json.loads(read(ROOT / "api/data/policies.json"))}
    told = {}
    for row in cells(path):
        key = re.match(r"`(\w+)`", row[0])
        if key and key[1] in POLICY_KEYS and len(row) == 4:
            told[key[1]] = row[1].strip("`").replace(",", "")
    assert told == {key: str(value) for key, value in defaults.items()}


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("deploy*.md")), ids=name_of)
def test_every_path_of_an_installation_is_one_that_it_has(path):
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"/opt/zhucun/([a-z.]+)", text))
    # deploy/install.sh lays these out, and the releases' own files lie below.
    assert named == {"current", "releases"}
    for file in re.findall(r"/opt/zhucun/current/((?:deploy|docs)/[\w./-]*\w)", text):
        assert (ROOT / file).exists(), file
