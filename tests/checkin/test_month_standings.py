"""The list of closings: townships with counts, villages by page, and that what is kept of them is what sheets make."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from api.checkin import judging_service, standings_service
from api.checkin.month_models import MonthStanding
from api.checkin.month_service import load_month
from api.postings import policies_service
from tests.checkin.month import MONTH, OCTOBER, look, say, stay

CLOSINGS = f"/api/v1/month-closings?month={MONTH}"


@pytest.fixture
def pair(county):
    """A cadre of A1 and one of B1 with the whole of October, each with a confirmed sheet."""
    people = [county.cadre(name, name=f"{name}的人") for name in ("A1", "B1")]
    for person in people:
        stay(county, person)
    return people


@pytest.fixture
def supervisor(as_user, county):
    return as_user(county.person("supervisor"))


@pytest.fixture
def confirmed(as_user, county, pair):
    for person, name in zip(pair, ("A1", "B1"), strict=True):
        own, village = as_user(person), as_user(county.person("village", county.villages[name]))
        assert say(own, "checked", look(own), person=person).status_code == 201
        assert say(village, "confirmed", look(village)).status_code == 201


def close(client, row):
    return client.post("/api/v1/month-closings", json={
        "id": str(uuid4()), "month": MONTH, "village_code": row["village"]["code"], "seen_hash": row["confirmed_hash"]})


def declare(client, day):
    """A record that comes weeks later, from the cadre's own phone."""
    return client.post("/api/v1/declarations", json={
        "id": str(uuid4()), "day": day.isoformat(), "captured_at": f"{day}T10:00:00+08:00", "note": "补报"})


def villages(client, more="") -> list[dict]:
    return client.get(f"{CLOSINGS}&level=village{more}").json["rows"]


def stands_as_its_sheets(county) -> bool:
    """Whether the list tells of every village what its sheet makes, whatever is kept of it."""
    session, today = county.session, county.now.date()
    session.expire_all()
    found = standings_service.village_months(session, division=county.county, month_on=OCTOBER, today=today)
    right = [standings_service.standing_of(load_month(session, village=village, month_on=OCTOBER, today=today))
             for _name, village in sorted(county.villages.items(), key=lambda one: one[1].code)]
    assert [month for _village, month in found] == right
    return True


def stale(county) -> list[str]:
    """The villages of whose October something is kept that has gone stale."""
    county.session.expire_all()
    names = {village.id: name for name, village in county.villages.items()}
    return sorted(names[row.village_id] for row in county.session.query(MonthStanding).filter_by(is_stale=True))


def test_a_division_of_townships_answers_a_row_for_each_with_counts(county, supervisor, confirmed):
    waiting = county.cadre("B1")
    county.check_in(waiting, date(2026, 10, 20), metres_north=9_000)
    county.session.commit()
    assert close(supervisor, villages(supervisor, "&state=confirmed")[0]).status_code == 201
    answer = supervisor.get(CLOSINGS)
    names = ("villages", "empty", "open", "confirmed", "closed", "corrected", "cadres", "checked", "disputed",
             "unchecked", "waiting_days")
    rows = {row["division"]["name"]: tuple(row[name] for name in names) for row in answer.json["townships"]}
    assert rows == {"子营街道": (1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0), "龙溪镇": (1, 1, 1, 0, 0, 0, 2, 1, 0, 1, 1)}
    assert tuple(answer.json["total"][name] for name in names) == (2, 2, 1, 0, 1, 0, 3, 2, 0, 1, 1)
    assert (answer.json["level"], answer.json["rows"]) == ("township", [])
    assert '"total": 2' in answer.headers["X-Pagination"]


def test_villages_come_by_page_and_by_how_their_month_stands(county, supervisor, confirmed):
    answer = supervisor.get(f"{CLOSINGS}&level=village&page=2&page_size=3")
    assert ([row["village"]["name"] for row in answer.json["rows"]], answer.json["townships"]) == (["B2村"], [])
    assert answer.json["total"]["villages"] == 2
    assert [row["village"]["name"] for row in villages(supervisor, "&state=confirmed")] == ["A1村", "B1村"]
    township = supervisor.get(f"{CLOSINGS}&division={county.townships['A'].code}").json
    assert (township["level"], [row["village"]["name"] for row in township["rows"]]) == ("village", ["A1村", "A2村"])


def test_what_was_confirmed_is_closed_with_the_hash_that_the_list_names(as_user, county, pair, supervisor, confirmed):
    first, second = villages(supervisor, "&state=confirmed")
    assert first["confirmed_hash"] == look(supervisor, county.villages["A1"])["sheet_hash"]
    assert declare(as_user(pair[1]), date(2026, 10, 30)).status_code == 201
    assert close(supervisor, first).status_code == 201
    answer = close(supervisor, second)
    assert (answer.status_code, answer.json["reason"]) == (409, "sheet_changed")
    assert [(row["state"], row["confirmed_hash"]) for row in villages(supervisor)] == [
        ("closed", None), ("open", None), ("open", None), ("open", None)]


@pytest.mark.parametrize("state", ["confirmed", "closed"])
@pytest.mark.parametrize("change", ["late check-in", "late in the year", "leave", "rename", "unit", "calendar",
                                    "allowance", "posting ends", "posting moves"])
def test_whatever_changes_a_sheet_changes_how_its_month_stands(as_user, county, pair, supervisor, confirmed, change,
                                                               state):
    if state == "closed":
        for row in villages(supervisor, "&state=confirmed"):
            assert close(supervisor, row).status_code == 201
    assert stale(county) == [] and stands_as_its_sheets(county)
    admin, person = as_user(county.person("admin")), pair[0]
    own = as_user(person)

    def changed(path, body):
        tag = admin.get(path).headers["ETag"]
        return admin.patch(path, json=body, headers={"If-Match": tag})

    def leave():
        asked = own.post("/api/v1/leaves", json={
            "id": str(uuid4()), "kind": "sick", "from_on": "2026-10-15", "to_on": "2026-10-16"})
        return supervisor.post(f"/api/v1/leaves/{asked.json['id']}/steps",
                               json={"id": str(uuid4()), "step": "approved"})

    def allowance():
        # What `zhucun set-policy` does: a rule from a day of the past, and a rebuild.
        policies_service.set_policy(
            county.session, division=county.townships["A"], key="allowance_yuan", value=50, effective_from=OCTOBER,
            source="镇规定", user_id=None, at=county.now, today=county.now.date(), any_start=True)
        judging_service.cadres_changed(county.session, cadre_ids=[one.cadre.id for one in pair])
        county.session.commit()
        return None

    answer = {
        "late check-in": lambda: declare(own, date(2026, 10, 30)),
        "late in the year": lambda: declare(own, date(2026, 9, 18)),
        "leave": leave,
        "rename": lambda: changed(f"/api/v1/users/{person.user.id}", {"name": "改名的人"}),
        "unit": lambda: changed(f"/api/v1/cadres/{person.cadre.id}", {"sending_unit": "另一个单位"}),
        "calendar": lambda: admin.put("/api/v1/calendar-days/2026-10-23", json={
            "kind": "rest", "label": "县庆", "source": "文件"}, headers={"If-None-Match": "*"}),
        "allowance": allowance,
        "posting ends": lambda: changed(f"/api/v1/postings/{person.posting.id}", {"to_on": "2026-10-20"}),
        "posting moves": lambda: changed(f"/api/v1/postings/{person.posting.id}", {
            "village_code": county.villages["B1"].code}),
    }[change]()
    assert answer is None or answer.status_code in (200, 201), answer.json
    assert stands_as_its_sheets(county)


def test_what_went_stale_is_kept_again_and_then_agrees(as_user, county, pair, supervisor, confirmed):
    session, today = county.session, county.now.date()
    assert declare(as_user(pair[0]), date(2026, 10, 30)).status_code == 201
    assert stale(county) == ["A1"]
    for month_on, village_ids in standings_service.stale_months(session):
        standings_service.keep_again(session, month_on=month_on, village_ids=village_ids, today=today)
    assert stale(county) == [] and stands_as_its_sheets(county)
    [(month_on, ids)] = standings_service.kept_months(session)
    assert standings_service.differences(session, month_on=month_on, village_ids=ids, today=today) == []
    kept = session.get(MonthStanding, (OCTOBER, county.villages["B1"].id))
    kept.checked = 7
    session.flush()
    [(held, right)] = standings_service.differences(session, month_on=month_on, village_ids=ids, today=today)
    assert (held.checked, right.checked) == (7, 1)


def test_a_record_of_a_running_month_leaves_what_is_kept_alone(county, pair, supervisor, confirmed):
    county.check_in(pair[0], county.now.date() - timedelta(days=1))
    county.session.commit()
    assert stale(county) == []
