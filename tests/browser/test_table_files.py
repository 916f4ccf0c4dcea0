"""A file is the list beside its button: what the page asked for is what the export is to ask for, on every view."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from api.answers import Answer
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_service import pages_of
from tests.browser.test_exports import TABLES as VIEWS
from tests.contracts.promised import publish

# Which page of a list the eye sees is nothing to its file.
PAGED = {"page", "page_size", "cursor"}
MONTH = "2026-03"
# Addresses that show another list than the first of their view: a month, a day, a state, a kind of them.
OTHERS = (
    ("look", f"&month={MONTH}&topic=coverage"), ("map", f"&month={MONTH}&measure=visited_year"),
    ("matters", "&kind=post_vacant"), ("leave", f"&state=all&month={MONTH}"),
    ("leave", f"&state=errands&month={MONTH}"), ("months", f"&month={MONTH}"), ("people", "&day=2026-03-05"),
    ("people", "&state=posts"), ("people", "&day=2026-03-05&state=vacant"),
    ("places", "&state=all"), ("meetings", f"&month={MONTH}"), ("special", "&state=all"),
    ("contracts", "&year=2026&kind=term&state=village"), ("contracts", "&state=agreed"),
    ("contracts", "&day=2026-03-05&state=published&year=2026"), ("contracts", "&state=without"),
    ("contracts", "&day=2026-03-05&state=without&year=2026"), ("checks", "&state=closed"),
    ("marks", "&day=2026-01-01"), ("ratings", "&state=closed"), ("ratings", f"&state=ended&month={MONTH}"))
# What a cadre's calendar shows beside its month are the days of other months in the same weeks.
OF_WEEKS = {"cadre_days": {"from", "to"}}


class Asked:
    """What a page asked of the lists, and what its buttons ordered; nothing is made."""

    def __init__(self, page):
        self.lists, self.orders = [], []
        page.on("request", lambda one: self.lists.append(urlsplit(one.url)) if one.method == "GET" else None)
        page.route("**/api/v1/exports", self._order)

    def _order(self, route):
        self.orders.append(route.request.post_data_json)
        route.fulfill(status=422, json={"code": 422, "status": "Unprocessable Content", "reason": "invalid",
                                        "message": "只看要什么", "errors": {}})

    def of(self, path: str) -> list[dict]:
        """The queries with which a list was asked, paging aside."""
        return [{name: value for name, value in parse_qsl(one.query) if name not in PAGED}
                for one in self.lists if one.path == path]


def ordered(body: dict) -> tuple[str, dict]:
    """The list that a file asks, and what it asks of it beside the page."""
    asked = []

    def ask(path, query):
        asked.append((path, {name: str(value) for name, value in query.items()
                             if name not in PAGED and value is not None}))
        return Answer({}, {})

    month = body.get("month") and datetime.strptime(body["month"], "%Y-%m").date()
    next(pages_of(TABLES[body["kind"]], ask, division=SimpleNamespace(code=body["division_code"]), month_on=month,
                  filters=body.get("filters", {})))
    return asked[0]


def take_every_file(page, asked: Asked) -> set[str]:
    """Press each button of a table's file on the page, and hold what it orders against what the page showed."""
    expect(page.get_by_test_id("loading")).to_have_count(0)
    buttons = page.get_by_test_id(re.compile(r"^export-[a-z_]+-xlsx$"))
    expect(buttons.first).to_be_visible()
    for number in range(buttons.count()):
        before = len(asked.orders)
        with page.expect_response("**/api/v1/exports"):
            buttons.nth(number).click()
        expect(buttons.nth(number)).to_be_enabled()
        assert len(asked.orders) == before + 1
    for body in asked.orders:
        path, query = ordered(body)
        # What stands in the path is asked there.
        in_path = {name for name in TABLES[body["kind"]].needs if body["filters"][name] in path.split("/")}
        loose = OF_WEEKS.get(body["kind"], set()) | in_path
        strict = {name: value for name, value in query.items() if name not in loose}
        # Some pages ask a list several times for several tables; what such a table is of is fixed, or must be named.
        of = {name: query[name] for name in (*TABLES[body["kind"]].fixed, *TABLES[body["kind"]].needs) if name in query}
        shown = [{name: value for name, value in one.items() if name not in loose} for one in asked.of(path)
                 if all(name in loose or one.get(name) == value for name, value in of.items())]
        # The list that stands there is the one that was asked for last.
        assert shown and strict == shown[-1], (body, shown)
    return {body["kind"] for body in asked.orders}


@pytest.mark.parametrize(("view", "more"), [
    *sorted({(view, more) for view, more, kind in VIEWS if kind.endswith("-xlsx")}), *OTHERS])
def test_a_file_asks_what_the_list_beside_it_asked(site, open_desk, view, more):
    with site.making() as county:
        county.contract(county.new_village("A"), state="measures")
    page = open_desk(site.user("supervisor", "A"))
    expect(page.get_by_test_id("loading")).to_have_count(0)
    asked = Asked(page)
    page.goto(f"/dashboard/?view={view}&division={site.county.townships['A'].code}{more}")
    assert take_every_file(page, asked)


def test_the_file_of_what_waits_too_long_for_its_acceptance_is_of_that_alone(site, open_desk):
    last_day = site.today.replace(day=1) - timedelta(days=1)
    with site.making() as county:
        village = county.new_village("A")
        publish(county, village, {"due_on": date(last_day.year, 1, 2)}, {"due_on": last_day - timedelta(days=1)},
                year=last_day.year)
    page = open_desk(site.user("supervisor", "A"))
    asked = Asked(page)
    code = site.county.villages[village].code
    page.goto(f"/dashboard/?view=acceptances&division={code}&day={last_day}&state=overdue")
    expect(page.get_by_test_id("due")).to_have_count(1)
    expect(page.get_by_text("2 项待验收，其中 1 项已过验收期限")).to_be_visible()
    assert take_every_file(page, asked) == {"acceptances_due"}
    assert asked.orders[0]["filters"] == {"on": last_day.isoformat(), "overdue": "true"}


def test_the_files_of_a_village_and_of_a_cadre_too(site, open_desk):
    with site.making() as county:
        village = county.new_village("A")
        county.household(village)
    cadre, code = site.cadre(village), site.county.villages[village].code
    page = open_desk(site.user("supervisor", "A"))
    asked = Asked(page)
    for more, kind in ((f"?view=visits&division={code}", "unvisited_households"),
                       (f"?view=visits&division={code}&day={site.today - timedelta(days=1)}", "unvisited_households"),
                       (f"?view=calendar&division={code}&month={site.today:%Y-%m}", "day_calendar"),
                       (f"?view=board&division={code}", "disclosures")):
        page.goto(f"/dashboard/{more}")
        asked.orders.clear()
        assert take_every_file(page, asked) == {kind}
    page.get_by_role("group", name="显示哪一类").get_by_role("button").nth(1).click()
    asked.orders.clear()
    assert take_every_file(page, asked) == {"disclosures"} and "class" in asked.orders[0]["filters"]
    page.goto(f"/dashboard/?division={code}&cadre={cadre.cadre.id}")
    page.get_by_test_id("pledges").locator("summary").click()
    expect(page.get_by_test_id("export-pledges-xlsx")).to_be_visible()
    asked.orders.clear()
    assert take_every_file(page, asked) == {"cadre_days", "pledges"}


def test_the_file_of_those_without_word_is_of_those_alone(site, open_desk):
    with site.making() as county:
        village = county.new_village("B")
    site.cadre(village, name="没消息")
    leader, code, now = site.user("supervisor"), site.county.villages[village].code, datetime.now(UTC)
    duty = site.ask(leader, "/emergency-duties", {
        "id": str(uuid4()), "kind": "flood", "reason": "防汛", "division_codes": [code],
        "from_at": (now - timedelta(minutes=1)).isoformat(), "until_at": (now + timedelta(hours=1)).isoformat()})
    page = open_desk(leader)
    asked = Asked(page)
    page.goto(f"/dashboard/?view=emergency&division={code}&duty={duty['id']}&day={site.today}&state=missing")
    assert take_every_file(page, asked) == {"emergency_presence"}
    assert asked.orders[0]["filters"]["missing"] == "true"
