"""The working calendar: official days with makeup days, editable, and a notice for years that nobody has published."""

from datetime import date

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.checkin import kept_service
from api.postings import calendar_service
from api.postings.models import CalendarDay


@pytest.mark.parametrize(("day", "kind", "worked"), [
    (date(2026, 11, 20), None, True),           # a Friday
    (date(2026, 11, 21), None, False),          # a Saturday
    (date(2026, 11, 20), "holiday", False),
    (date(2026, 11, 20), "rest", False),
    (date(2026, 11, 21), "makeup", True),
    (date(2026, 11, 21), "workday", True),
])
def test_a_day_is_worked_by_its_row_or_by_its_weekday(day, kind, worked):
    assert calendar_service.is_workday(day, kind) is worked


def test_the_official_days_of_2026_are_known(county):
    # Spring Festival 2026: holiday 15 to 23 February, worked on Saturday 14 and Saturday 28.
    worked = calendar_service.workdays(county.session, date(2026, 2, 14), date(2026, 2, 28))
    assert sorted(day.day for day in worked) == [14, 24, 25, 26, 27, 28]


def test_a_year_reads_as_its_special_days(as_user, county):
    answer = as_user(county.cadre("A1")).get("/api/v1/calendar-days?year=2026")
    days = {day["day"]: day for day in answer.json["days"]}
    assert (answer.json["year"], answer.json["official"]) == (2026, True)
    assert days["2026-02-28"] == {"day": "2026-02-28", "kind": "makeup", "label": "春节调休",
                                  "source": "chinesecalendar", "version": 1}
    assert days["2026-10-01"]["kind"] == "holiday" and "2026-11-20" not in days


def test_a_year_that_nobody_has_published_says_so(as_user, county):
    assert as_user(county.cadre("A1")).get("/api/v1/calendar-days?year=2031").json == {
        "year": 2031, "official": False, "days": []}


@pytest.mark.parametrize("year", ["1999", "2100", "x", "", "2026.5", "99999999999999999999", "-1"])
def test_only_years_of_this_century_are_asked_for(as_user, county, year):
    assert as_user(county.cadre("A1")).get(f"/api/v1/calendar-days?year={year}").status_code == 422


def test_a_day_is_declared_a_holiday_and_the_figures_follow(as_user, county):
    admin, person = as_user(county.person("admin")), county.cadre("A1")
    county.session.commit()
    body = {"kind": "holiday", "label": "县庆", "source": "余府发〔2026〕3号"}
    answer = admin.put("/api/v1/calendar-days/2026-11-20", json=body)
    assert (answer.status_code, answer.headers["ETag"], answer.json) == (
        200, '"1"', {"day": "2026-11-20", "version": 1, **body})
    again = admin.put("/api/v1/calendar-days/2026-11-20", json={**body, "kind": "workday", "label": ""})
    assert (again.status_code, again.json["version"], again.json["kind"]) == (200, 2, "workday")
    county.session.expire_all()
    assert list(kept_service.differences(county.session, cadre_ids=[person.cadre.id])) == []
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar.set")
                                     .order_by(AuditEntry.id)).all()
    assert [(one.details["from"], one.details["to"]) for one in entries] == [(None, "holiday"), ("holiday", "workday")]


def test_a_duty_day_more_or_less_changes_what_a_week_asks_for(as_user, county):
    admin, person = as_user(county.person("admin")), county.cadre("A1")
    county.session.commit()
    for day in ("2026-11-17", "2026-11-18"):
        admin.put(f"/api/v1/calendar-days/{day}", json={"kind": "holiday", "label": "县庆", "source": "文件"})
    table = as_user(person).get("/api/v1/on-post-rates?month=2026-11").json
    required = {week["monday"]: week["required"] for week in table["rows"][0]["weeks"]}
    assert (required["2026-11-09"], required["2026-11-16"]) == (4, 3)


@pytest.mark.parametrize("day", ["2026-02-30", "1999-12-31", "2100-01-01", "2026-1-1", "today", "9999-99-99"])
def test_an_address_without_a_day_in_it_is_not_found(as_user, county, day):
    answer = as_user(county.person("admin")).put(f"/api/v1/calendar-days/{day}", json={"kind": "rest", "source": "x"})
    assert answer.status_code == 404


def test_seeding_leaves_alone_what_an_administrator_entered(county):
    session = county.session
    calendar_service.put_calendar_day(session, day=date(2024, 10, 1), kind="workday", label="", source="文件",
                                      user_id=None, at=county.now)
    assert calendar_service.seed_calendar(session, first_year=2024, last_year=2026) == [2024]
    assert session.get(CalendarDay, date(2024, 10, 1)).kind == "workday"
    assert session.get(CalendarDay, date(2024, 10, 2)).kind == "holiday"
    assert calendar_service.seed_calendar(session, first_year=2024, last_year=2026) == []
