"""Who supervises one township and belongs to a village of another is offered in each what may be done there."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.contracts.promised import publish
from tests.dashboards.figures_county import complete

# Pages of a village: what stands there for whoever may see it, and what its supervisor alone is offered.
PAGES = (
    ("view=leave", "leave", ("leave-enter", "leave-approve")),
    ("view=leave&state=all&month={month}", "leave", ("leave-enter", "leave-void")),
    ("view=leave&state=errands", "leaves-errands", ("errand-enter",)),
    ("view=contracts", "contract", ("open-contracts",)),
    ("view=contracts&contract={contract}", "item", ("size-edit", "revise")),
    ("view=acceptances", "due", ("accept",)),
    ("view=notices", "notices-open", ("new-notice", "notices-draft")),
    ("view=ratings", "campaigns-open", ("campaign-new",)),
    ("view=people", "person", ("invite", "hand-over")),
    ("view=visits", "coverage-table", ("export-visits-csv",)),
    ("view=table&cadre={cadre}&day={day}&month={month}", "evidence", ("reveal",)))


@pytest.fixture
def offices(site):
    """A user who supervises township A and belongs to the committee of a village of township B; facts of each."""
    day = site.closed_monday
    with site.making() as county:
        user = county.person("supervisor", county.townships["A"])
        made = {}
        for township in ("A", "B"):
            name = county.new_village(township)
            cadre = county.cadre(name, from_on=day - timedelta(days=200))
            county.check_in(cadre, day)
            [line] = publish(county, name, {"due_on": date(site.today.year, 12, 20)}, year=site.today.year)
            complete(county, line, site.today)
            made[township] = {"village": county.villages[name], "cadre": cadre}
        county.grant(user, "village", made["B"]["village"])
    return user, made


def facts(site, cadre, village) -> dict[str, str]:
    """What the addresses of the pages of a village ask for, with two leaves of its cadre made on the way."""
    above, day = site.user("supervisor"), site.closed_monday
    free = (date.fromisoformat(f"{site.closed_month}-01") + timedelta(days=14)).isoformat()
    site.ask(above, "/leaves", {
        "id": str(uuid4()), "cadre_id": cadre.cadre.id, "kind": "sick", "from_on": free, "to_on": free})
    ahead = (site.today + timedelta(days=9)).isoformat()
    site.ask(cadre, "/leaves", {
        "id": str(uuid4()), "kind": "sick", "from_on": ahead, "to_on": ahead, "reason": "看病"})
    [contract] = site.ask(above, f"/contracts?division={village.code}")["contracts"]
    return {"contract": contract["id"], "cadre": cadre.cadre.id, "day": day, "month": site.closed_month}


def test_nothing_is_offered_in_a_village_that_only_its_own_township_may_do(site, open_desk, offices):
    user, made = offices
    page = open_desk(user)
    offered = {"A": [], "B": []}
    for township, shown in offered.items():
        village, asked = made[township]["village"], facts(site, **made[township])
        for query, seen, buttons in PAGES:
            page.goto(f"/dashboard/?division={village.code}&{query.format(**asked)}")
            expect(page.get_by_role("main").get_by_test_id(seen).first).to_be_visible()
            expect(page.get_by_test_id("loading")).to_have_count(0)
            if township == "A":
                expect(page.get_by_role("main").get_by_test_id(buttons[-1]).first).to_be_visible()
            shown += [one for one in buttons if page.get_by_role("main").get_by_test_id(one).count() > 0]
    assert offered == {"A": [one for _query, _seen, buttons in PAGES for one in buttons], "B": []}
