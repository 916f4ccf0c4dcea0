"""Corrections: what later facts make different beside a closed month, each with who and why; the close itself stays."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from api import audit
from api.audit import AuditEntry
from api.checkin import calendar_effect_service, judging_service, kept_service
from api.checkin.corrections_rules import Cause, Difference, differences, explained
from api.checkin.sheet_rules import MonthSheet, SheetDay, SheetRow
from api.dates import days_between, start_of_day
from api.postings import calendar_service, policies_service, roster_service
from api.postings.calendar_import_service import import_calendar
from api.postings.people_import_service import import_people
from tests.checkin.month import FIRST, LAST, MONTH, close, look, row_of, say, stay
from tests.checkin.test_leave import leave, step
from tests.checkin.test_register import enter, line
from tests.county import OFFICE, County
from tests.postings.test_people_import import ZHANG, changed, workbook
from tests.postings.ugly import calendar_workbook


@pytest.fixture
def pair(county):
    one, other = county.cadre("A1", name="张三"), county.cadre("A1", name="李四")
    stay(county, one)
    stay(county, other, weekdays=3)
    return one, other


@pytest.fixture
def township(as_user, county):
    return as_user(county.person("supervisor", county.townships["A"], name="赵主任"))


@pytest.fixture
def closed(as_user, county, clock, pair, township):
    """A1's October, closed ten minutes after the county was made; now is a little later. Answers the closed sheet."""
    clock.now = county.now + timedelta(minutes=10)
    village = as_user(county.person("village", county.villages["A1"]))
    say(village, "confirmed", look(village), note="已核对")
    assert close(township, look(village)).status_code == 201
    clock.now = county.now = county.now + timedelta(minutes=20)
    return look(village)


def frozen(county) -> tuple:
    """The kept close as the database holds it, the JSON as text."""
    return tuple(county.session.execute(text("SELECT CAST(sheet AS TEXT), hash FROM month_closes")).one())


def lines(client, county, name="A1"):
    """(name, day, from, to, figures, [(what, who, why)]) of each correction."""
    return [(one["cadre"]["name"], one["day"] and one["day"][5:], one["from_sign"], one["to_sign"], one["figures"],
             [(cause["what"], cause["by"] and cause["by"]["name"], cause["reason"]) for cause in one["causes"]])
            for one in look(client, county.villages[name])["corrections"]]


def check_in(day, **more) -> dict:
    at = start_of_day(day) + timedelta(hours=9)
    return {"id": str(uuid4()), "captured_at": at.isoformat(),
            "position": {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}, **more}


def test_a_late_sync_of_200_records_changes_the_live_figures_and_only_adds_corrections(as_user, county, closed, pair,
                                                                                       township):
    before, kept = look(township, county.villages["A1"]), frozen(county)
    phone = as_user(pair[1])
    days = days_between(FIRST, LAST)
    sent = [phone.post("/api/v1/check-ins", json=check_in(days[n % len(days)], note=f"补传{n}")) for n in range(200)]
    assert [answer.status_code for answer in sent] == [201] * 200
    assert frozen(county) == kept
    after = look(township, county.villages["A1"])
    for name in ("rows", "days", "total", "sheet_hash", "close", "rules", "counting_period", "state"):
        assert after[name] == before[name], name
    missed = [day for day, sign in zip(days, row_of(closed, pair[1])["signs"], strict=True) if sign != "stationed"]
    assert [(one["day"], one["to_sign"]) for one in after["corrections"][:-1]] == [
        (day.isoformat(), "stationed") for day in missed]
    assert {cause["what"] for one in after["corrections"] for cause in one["causes"]} == {"check_in_late"}
    assert after["corrections"][-1]["figures"] == {
        "credited_days": [15, 18], "days_of_month": [12, 31], "days_of_year": [15, 34]}
    live = look(township, county.villages["A1"], more="&live=true")
    assert row_of(live, pair[1])["days_of_month"] == 31
    assert after["state"] == live["state"] == "closed"
    listed = township.get(f"/api/v1/month-closings?month={MONTH}&level=village").json["rows"][0]
    assert listed["corrections"] == len(missed) + 1
    assert list(kept_service.differences(county.session, cadre_ids=[one.cadre.id for one in pair])) == []


def test_a_late_check_in_says_who_sent_it(as_user, county, closed, pair, township):
    as_user(pair[1]).post("/api/v1/check-ins", json=check_in(date(2026, 10, 22), note="手机没信号"))
    cause = [("check_in_late", "李四", "手机没信号")]
    assert lines(township, county) == [
        ("李四", "10-22", "none", "stationed", None, cause),
        ("李四", None, None, None, {"credited_days": [15, 16], "days_of_month": [12, 13], "days_of_year": [15, 16]},
         cause)]


def test_a_record_that_changes_no_sign_is_no_correction(as_user, county, closed, pair, township):
    as_user(pair[0]).post("/api/v1/check-ins", json=check_in(date(2026, 10, 20)))
    assert lines(township, county) == []


def test_decisions_leave_and_the_register_say_who_and_why(as_user, county, closed, pair, township):
    evidence = as_user(pair[0]).get("/api/v1/stationed-days?from=2026-10-20&to=2026-10-20").json["days"][0]["evidence"]
    township.post("/api/v1/decisions", json={"id": str(uuid4()), "evidence_id": evidence[0]["id"],
                                             "outcome": "rejected", "reason": "当天在县城"})
    enter(township, line(pair[1], date(2026, 10, 15)), reason="村里有登记")
    asked = township.post("/api/v1/leaves", json=leave(
        cadre_id=pair[1].cadre.id, kind="sick", from_on="2026-10-29", to_on="2026-10-30", reason="住院")).json
    assert [one[:4] + (one[5],) for one in lines(township, county) if one[1]] == [
        ("张三", "10-20", "stationed", "rejected", [("rejected", "赵主任", "当天在县城")]),
        ("李四", "10-15", "none", "stationed", [("register", "赵主任", "村里有登记")]),
        ("李四", "10-29", "none", "sick", [("leave_approved", "赵主任", None)]),
        ("李四", "10-30", "none", "sick", [("leave_approved", "赵主任", None)])]
    step(township, asked["id"], "returned", returned_on="2026-10-30", note="提前出院")
    enter(township, line(pair[1], date(2026, 10, 15), False), reason="登记错了")
    assert [(one[1], one[3]) for one in lines(township, county) if one[1] and one[0] == "李四"] == [
        ("10-15", "rejected"), ("10-29", "sick")]
    assert lines(township, county)[2][5] == [
        ("register", "赵主任", "村里有登记"), ("register_removed", "赵主任", "登记错了")]


def test_a_line_that_waited_on_the_page_over_the_closing_is_kept_and_says_who(as_user, county, closed, pair, township):
    """It was tapped while the month was open, so that the page had asked for no reason."""
    clerk = as_user(county.person("village", county.villages["A1"], name="王支书"))
    assert enter(clerk, line(pair[1], date(2026, 10, 15))).json["lines"][0]["status"] == "counts"
    assert [one[:4] + (one[5],) for one in lines(township, county) if one[1]] == [
        ("李四", "10-15", "none", "stationed", [("register", "王支书", None)])]


def test_a_correction_shows_to_the_cadre_whom_it_concerns_only(as_user, county, closed, pair, township):
    as_user(pair[1]).post("/api/v1/check-ins", json=check_in(date(2026, 10, 22)))
    assert [len(look(as_user(person))["corrections"]) for person in pair] == [0, 2]


def test_days_of_an_earlier_month_explain_the_days_of_the_year(as_user, county, closed, pair, township):
    as_user(pair[0]).post("/api/v1/check-ins", json=check_in(date(2026, 6, 3), note="六月补传"))
    assert lines(township, county) == [
        ("张三", None, None, None, {"days_of_year": [20, 21]}, [("check_in_late", "张三", "六月补传")])]


def test_a_rule_set_later_is_the_cause_where_no_day_is(as_user, county, closed, pair, township):
    admin = county.person("admin", name="李管理")
    policies_service.set_policy(
        county.session, division=county.townships["A"], key="days_per_week", value=3, effective_from=date(2026, 9, 7),
        source="镇办〔2026〕8号", user_id=admin.user.id, at=county.now, today=county.now.date(), any_start=True)
    kept_service.refresh(county.session, cadre_ids=[one.cadre.id for one in pair])
    policies_service.set_policy(
        county.session, division=county.townships["B"], key="errand", value="deducted",
        effective_from=date(2026, 9, 7), source="龙溪镇规定", user_id=admin.user.id, at=county.now,
        today=county.now.date(), any_start=True)
    county.session.commit()
    assert lines(township, county) == [
        (name, None, None, None, figures, [("policy_set", "李管理", "镇办〔2026〕8号")]) for name, figures in (
            ("张三", {"required_days": [18, 15], "credited_days": [18, 15]}), ("李四", {"required_days": [18, 15]}))]


def test_a_day_of_the_calendar_changed_later_is_told_with_its_day(as_user, county, closed, pair, township):
    admin = county.person("admin", name="李管理")
    for day in (date(2026, 10, 23), date(2026, 12, 25)):
        calendar_service.put_calendar_day(county.session, day=day, kind="rest", label="县庆", source="文件",
                                          user_id=admin.user.id, at=county.now)
    kept_service.refresh(county.session, cadre_ids=[one.cadre.id for one in pair])
    county.session.commit()
    cause = [("calendar_set", "李管理", "县庆")]
    assert [one[1:4] + (one[5],) for one in lines(township, county)] == [
        ("10-23", "none", "rest", cause), (None, None, None, cause)] * 2


def test_a_posting_that_moved_away_or_came_later_is_a_row_that_was_or_is(as_user, county, closed, pair, township):
    admin = county.person("admin", name="李管理")
    roster_service.change_posting(
        county.session, posting=pair[1].posting, village=county.villages["B1"], further_villages=[],
        from_on=pair[1].posting.from_on, to_on=None, by_id=admin.user.id, now=county.now)
    judging_service.cadres_changed(county.session, cadre_ids=[pair[1].cadre.id])
    newcomer = county.cadre("A1", name="王五")
    county.session.commit()
    gone, came = lines(township, county)
    assert gone[:4] == ("李四", None, None, None) and gone[4]["credited_days"] == [15, None]
    assert gone[5] == [("posting_changed", "李管理", None)]
    assert came[:4] == ("王五", None, None, None) and came[4]["required_days"] == [None, 18]
    assert came[5] == [("posting_created", None, None)]
    assert newcomer.posting.id not in [row["posting_id"] for row in look(township, county.villages["A1"])["rows"]]


def test_a_place_moved_later_is_the_cause_of_days_that_wait_now(as_user, county, closed, pair, township):
    admin, place = county.person("admin", name="李管理"), county.places["A1"]
    roster_service.put_place(
        county.session, place=place, village=county.villages["A1"], name="新村委会", latitude=OFFICE.latitude + 1,
        longitude=OFFICE.longitude, datum="wgs84", radius_m=500, by_id=admin.user.id, now=county.now)
    judging_service.village_changed(county.session, village_id=county.villages["A1"].id)
    county.session.commit()
    days = [one for one in lines(township, county) if one[1]]
    assert {one[2:4] for one in days} == {("stationed", "waiting")}
    assert {tuple(one[5]) for one in days} == {(("place_changed", "李管理", "新村委会"),)}


def test_an_erasure_says_who_answered_and_nothing_of_what_was_asked(as_user, county, closed, pair, township):
    """Somebody who added a day in the same month has no part in the day that went, nor the other way round."""
    phone, admin = as_user(pair[0]), as_user(county.person("admin", name="李管理"))
    evidence = phone.get("/api/v1/stationed-days?from=2026-10-20&to=2026-10-20").json["days"][0]["evidence"][0]
    asked = phone.post("/api/v1/data-requests", json={
        "id": str(uuid4()), "kind": "erasure", "evidence_id": evidence["id"], "text": "那天在家照顾病人"}).json
    done = admin.patch(f"/api/v1/data-requests/{asked['id']}", json={"state": "done", "answer": "已按您说的删除"},
                       headers={"If-Match": '"1"'})
    assert done.status_code == 200
    erased = ("evidence_erased", "李管理", None)
    assert lines(township, county) == [
        ("张三", "10-20", "stationed", "none", None, [erased]),
        ("张三", None, None, None, {"credited_days": [18, 17], "days_of_month": [17, 16], "days_of_year": [20, 19]},
         [erased])]
    for day in (16, 23):
        phone.post("/api/v1/check-ins", json=check_in(date(2026, 10, day), note="补一天"))
    late = ("check_in_late", "张三", "补一天")
    assert [(one[1], set(one[5])) for one in lines(township, county)] == [
        ("10-16", {late}), ("10-20", {erased}), ("10-23", {late}), (None, {erased, late})]
    county.session.expire_all()
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "evidence.erased"))
    assert entry.details == {"cadre": pair[0].cadre.id, "day": "2026-10-20"}
    assert list(audit.verify(county.session)) == []


def test_an_import_of_the_calendar_is_told_for_the_days_that_it_moved(as_user, county, closed, pair, township):
    admin = county.person("admin", name="李管理")
    rows = [("1月1日", "放假", "元旦"), ("5月1日", "放假", "劳动节"), ("10月1日至8日", "放假", "国庆长假"),
            ("10月10日", "调休上班", "国庆节")]
    report = import_calendar(county.session, file=calendar_workbook(rows, title="2026年放假安排表", source="国办补充通知"),
                             county_code=County.CODE, by_id=admin.user.id, now=county.now)
    assert report.problems == [] and date(2026, 10, 8) in report.days
    calendar_effect_service.calendar_changed(county.session, days=report.days)
    as_user(pair[0]).post("/api/v1/check-ins", json=check_in(date(2026, 10, 16)))
    county.session.commit()
    imported, late = ("import_calendar", "李管理", "国办补充通知"), ("check_in_late", "张三", None)
    # 张三 was there on the day that is a holiday now: the sign stays, the days on duty are fewer.
    assert [(one[0], one[1], one[3], set(one[5])) for one in lines(township, county)] == [
        ("张三", "10-16", "stationed", {late}), ("张三", None, None, {imported, late}),
        ("李四", "10-08", "rest", {imported}), ("李四", None, None, {imported})]


def test_an_imported_posting_that_reaches_back_says_who_imported_it(as_user, county, closed, pair, township):
    admin = county.person("admin", name="李管理")
    report = import_people(county.session, file=workbook([changed(ZHANG, 姓名="钱七")]), county_code=County.CODE,
                           by_id=admin.user.id, now=county.now)
    assert report.problems == []
    judging_service.cadres_changed(county.session, cadre_ids=report.cadre_ids)
    # A rule changed after the close makes nobody come.
    policies_service.set_policy(
        county.session, division=county.county, key="days_per_month", value=19, effective_from=date(2026, 12, 1),
        source="县规定", user_id=admin.user.id, at=county.now, today=county.now.date(), any_start=True)
    county.session.commit()
    [came] = lines(township, county)
    assert came[0] == "钱七" and came[4]["required_days"] == [None, 18]
    assert came[5] == [("cadres_imported", "李管理", None)]


def test_an_errand_entered_late_says_what_it_was_for(as_user, county, closed, pair, township):
    entered = township.post("/api/v1/errands", json={
        "id": str(uuid4()), "kind": "errand", "title": "县里培训", "from_on": "2026-10-22", "to_on": "2026-10-22",
        "cadre_ids": [pair[1].cadre.id], "notice_sha256": None})
    assert entered.status_code == 201
    cause = [("leave_approved", "赵主任", "县里培训")]
    assert [one[:4] + (one[5],) for one in lines(township, county)] == [
        ("李四", "10-22", "none", "errand", cause), ("李四", None, None, None, cause)]
    [made] = entered.json["cadres"]
    step(township, made["leave_id"], "refused", note="没有去")
    assert lines(township, county) == []


def test_leave_approved_late_for_a_day_in_the_village_explains_the_days_on_duty(
        as_user, county, closed, pair, township):
    """The sign of such a day stays; a day added elsewhere by the same cadre is not what took the duty away."""
    as_user(pair[0]).post("/api/v1/check-ins", json=check_in(date(2026, 10, 16)))
    for day in ("2026-10-20", "2026-10-21"):
        township.post("/api/v1/leaves", json=leave(cadre_id=pair[0].cadre.id, kind="sick", from_on=day, to_on=day,
                                                   reason="发烧"))
    day, figures = lines(township, county)
    assert (day[1], [cause[0] for cause in day[5]]) == ("10-16", ["check_in_late"])
    assert figures[4]["required_days"] == [18, 17]
    assert sorted(set(figures[5]), key=str) == [("check_in_late", "张三", None), ("leave_approved", "赵主任", None)]


def test_a_day_that_fell_is_not_blamed_on_a_record_that_came(as_user, county, closed, pair, township):
    """A late record cannot make a day wait that counted; the place that was moved did."""
    as_user(pair[0]).post("/api/v1/check-ins", json={**check_in(date(2026, 10, 20)), "position": None})
    admin = county.person("admin", name="李管理")
    roster_service.put_place(
        county.session, place=county.places["A1"], village=county.villages["A1"], name="新村委会",
        latitude=OFFICE.latitude + 1, longitude=OFFICE.longitude, datum="wgs84", radius_m=500, by_id=admin.user.id,
        now=county.now)
    judging_service.village_changed(county.session, village_id=county.villages["A1"].id)
    county.session.commit()
    shown = [one for one in lines(township, county) if one[0] == "张三"]
    assert "10-20" in [one[1] for one in shown]
    assert {tuple(one[5]) for one in shown} == {(("place_changed", "李管理", "新村委会"),)}


DAYS = tuple(SheetDay(date(2026, 10, n), "workday", True) for n in (1, 2))


def sheet(*rows, days=DAYS):
    return MonthSheet("1", "村", "镇", date(2026, 10, 1), days[0].day, days[-1].day, True, days, rows, ())


def row(posting_id, *signs, **figures):
    numbers = dict.fromkeys(("duty_days", "required_days", "credited_days", "days_of_month", "errand_days",
                             "travel_days", "leave_days", "waiting_days", "days_of_year"), 1)
    return SheetRow(posting_id=posting_id, cadre_id=posting_id, name="某", cadre_role="", sending_unit="",
                    signs=signs, **{**numbers, **figures})


@pytest.mark.parametrize("was, now, expected", [
    (sheet(row(1, "none", "rest")), sheet(row(1, "none", "rest")), []),
    (sheet(row(1, "none", "rest")), sheet(row(1, "sick", "rest")), [(1, "none", "sick", None)]),
    # Only figures that the row prints are told, each with what it was and is.
    (sheet(row(1, "none", "rest", duty_days=2)), sheet(row(1, "none", "rest")),
     [(None, None, None, {"duty_days": [2, 1]})]),
    # A rule may change which columns there are; days in both are compared.
    (sheet(row(1, "none", "rest")), sheet(row(1, "sick"), days=DAYS[1:]), [(2, "rest", "sick", None)]),
    # Names and units of a later day are no correction.
    (sheet(row(1, "none", "rest")), sheet(SheetRow(1, 1, "改名", "x", "y", ("none", "rest"), *[1] * 9)), []),
])
def test_what_differs_is_told_by_day_and_by_figure(was, now, expected):
    assert [(one.day and one.day.day, one.from_sign, one.to_sign, one.figures)
            for one in differences(was, now)] == expected


AT = datetime(2026, 11, 20, tzinfo=UTC)


def cause(what, day=None, **more):
    return Cause(AT, 1, what, None, days=day and frozenset({day}), **more)


ON_1, ON_2, IN_JUNE = date(2026, 10, 1), date(2026, 10, 2), date(2026, 6, 3)
ADDED = cause("check_in", ON_1, cadre_id=1, adds=True)
REJECTED = cause("rejected", ON_2, cadre_id=1)
RULE = cause("policy_set", moves_signs=False, moves_figures=True)
PLACE = cause("place_changed")
CALENDAR = cause("calendar_set", ON_2, moves_figures=True)


def day_line(day, was="none", now="stationed"):
    return Difference(1, 1, "某", day, was, now)


def figures_line(**figures):
    return Difference(1, 1, "某", figures=figures)


@pytest.mark.parametrize("found, causes, expected", [
    # The figures have what their days have, and nothing of a day that stands as it was.
    ([day_line(ON_1), figures_line(days_of_month=[1, 2])], [ADDED, REJECTED, CALENDAR], [["check_in"], ["check_in"]]),
    ([day_line(ON_1), day_line(ON_2, "stationed", "rejected"), figures_line(credited_days=[3, 2])], [ADDED, REJECTED],
     [["check_in"], ["rejected"], ["check_in", "rejected"]]),
    # A day without a cause of its own is no reason to give it another's.
    ([day_line(ON_1), day_line(ON_2, "stationed", "none"), figures_line(credited_days=[3, 2])], [ADDED],
     [["check_in"], [], ["check_in"]]),
    ([day_line(ON_1), day_line(ON_2, "stationed", "none"), figures_line(credited_days=[3, 2])], [ADDED, PLACE],
     [["check_in"], ["place_changed"], ["check_in", "place_changed"]]),
    # What is about no day stands beside; a rule of the rate explains no sign, and a place no figure but by its days.
    ([day_line(ON_1), figures_line(required_days=[4, 3])], [ADDED, RULE, PLACE],
     [["check_in"], ["check_in", "policy_set"]]),
    ([day_line(ON_1)], [RULE], [[]]),
    ([figures_line(days_of_year=[3, 2])], [PLACE], [["place_changed"]]),
    # A day off duty may keep its sign.
    ([figures_line(duty_days=[20, 19])], [CALENDAR], [["calendar_set"]]),
    ([figures_line(days_of_year=[20, 21])], [cause("check_in", IN_JUNE, cadre_id=1, adds=True), CALENDAR],
     [["check_in"]]),
    # What somebody added in June made no day of the year go.
    ([figures_line(days_of_year=[20, 19])], [cause("check_in", IN_JUNE, cadre_id=1, adds=True),
                                             cause("evidence_erased", IN_JUNE, cadre_id=1)], [["evidence_erased"]]),
    ([day_line(ON_1)], [cause("check_in", ON_1, cadre_id=2, adds=True)], [[]]),
    # A row that came is its posting's, whatever rules were set.
    ([figures_line(duty_days=[None, 20])], [RULE, cause("cadres_imported", cadre_id=1, moves_figures=True)],
     [["cadres_imported"]]),
])
def test_each_line_is_explained_by_what_can_have_made_it(found, causes, expected):
    told = explained(found, causes, month_on=date(2026, 10, 1), span=(date(2026, 9, 28), date(2026, 11, 1)))
    assert [(line, [one.what for one in own]) for line, own in told] == list(zip(found, expected, strict=True))
