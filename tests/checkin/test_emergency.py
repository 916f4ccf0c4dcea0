"""Emergency duties: declared by the county alone, exactly once, in its audit log; over by themselves; who has told."""

from datetime import date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from api.audit import COUNTY_CHAIN, AuditEntry
from api.auth import Grant, Identity
from api.checkin import emergency_presence_service, emergency_service, kept_service, presence_service
from api.checkin.emergency_models import EmergencyDuty, EmergencyDutyDivision
from api.checkin.emergency_rules import Word, latest_word
from api.checkin.models import Decision, Evidence
from api.dates import SHANGHAI
from api.db import Database
from api.errors import IdReused
from api.postings.models import Policy
from tests.conftest import NOW
from tests.parallel import in_parallel

TODAY = NOW.date()
PATH = "/api/v1/emergency-duties"


def instant(day: int, hour: int = 0, month: int = 11) -> str:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI).isoformat()


def flood(*codes: str, **changes) -> dict:
    """A duty from eight in the morning of today, two hours ago, for two days."""
    return {"id": str(uuid4()), "kind": "flood", "reason": "连日大雨，防汛二级响应", "division_codes": list(codes),
            "from_at": instant(20, 8), "until_at": instant(22, 8), **changes}


@pytest.fixture
def leader(county):
    return county.person("supervisor", name="县里的人")


@pytest.fixture
def declared(as_user, county, leader):
    """Declare a duty as the county: `declared("A", "B1", kind=…)`; answers it."""
    def declare(*names, **changes):
        places = {"county": county.county, **county.townships, **county.villages}
        answer = as_user(leader).post(PATH, json=flood(*(places[name].code for name in names), **changes))
        assert answer.status_code == 201, answer.json
        return answer.json
    return declare


def entries(county, action: str) -> list[AuditEntry]:
    return list(county.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_county_declares_a_duty_and_the_log_tells_of_it(as_user, county, leader):
    township = county.townships["A"]
    body = flood(county.villages["A1"].code, township.code, county.villages["B1"].code)
    answer = as_user(leader).post(PATH, json=body)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json == {
        "id": body["id"], "kind": "flood", "reason": "连日大雨，防汛二级响应", "state": "running",
        # A1 lies within the township.
        "divisions": [{"code": township.code, "name": "子营街道", "level": "township"},
                      {"code": county.villages["B1"].code, "name": "B1村", "level": "village"}],
        "from_at": "2026-11-20T00:00:00Z", "until_at": "2026-11-22T00:00:00Z",
        "declared_by": {"id": leader.user.id, "name": "县里的人"}, "declared_at": "2026-11-20T02:00:00Z",
        "ended_at": None, "ended_by": None, "ended_because": None, "may_end": True, "version": 1}
    [entry] = entries(county, "emergency.declared")
    assert (entry.chain, entry.user_id, entry.subject) == (
        COUNTY_CHAIN, leader.user.id, f"emergency_duty:{body['id']}")
    assert entry.details == {"kind": "flood", "reason": body["reason"],
                             "divisions": [township.code, county.villages["B1"].code],
                             "from_at": "2026-11-20T00:00:00+00:00", "until_at": "2026-11-22T00:00:00+00:00"}
    read = as_user(leader).get(f"{PATH}/{body['id']}")
    assert (read.json, read.headers["ETag"]) == (answer.json, '"1"')


def test_an_auditor_reads_for_which_divisions_it_was(as_user, county, declared):
    declared("B", "A1")
    [entry] = as_user(county.person("auditor")).get("/api/v1/audit-entries?action=emergency").json["entries"]
    assert entry["township"] is None
    assert sorted(entry["names"].values()) == ["A1村", "龙溪镇"]


def test_the_same_again_changes_nothing_and_another_under_its_id_is_refused(as_user, county, leader, clock):
    client, codes = as_user(leader), [township.code for township in county.townships.values()]
    body = flood(*codes)
    first = client.post(PATH, json=body)
    # Also long afterwards, when such a period could not be declared any more.
    clock.now = county.now = NOW + timedelta(days=9)
    client = as_user(leader)
    again = client.post(PATH, json={**body, "division_codes": codes[::-1]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == {**first.json, "state": "over", "may_end": False}
    for changed in ({"reason": "别的"}, {"kind": "fire"}, {"division_codes": codes[:1]}):
        refused = client.post(PATH, json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    other = as_user(county.person("supervisor")).post(PATH, json=body)
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(EmergencyDuty)) == 1
    assert len(entries(county, "emergency.declared")) == 1


@pytest.mark.parametrize(("changes", "reason"), [
    ({"until_at": instant(20, 8)}, "duty_reversed"),
    ({"from_at": instant(21), "until_at": instant(20, 12)}, "duty_reversed"),
    ({"until_at": instant(20, 10)}, "duty_over"),
    ({"from_at": instant(19, 9)}, "duty_long_ago"),
    ({"until_at": instant(5, 9, month=12)}, "duty_too_long"),
])
def test_a_period_that_cannot_be_is_refused(as_user, county, leader, changes, reason):
    answer = as_user(leader).post(PATH, json=flood(county.CODE, **changes))
    assert (answer.status_code, answer.json["reason"]) == (422, reason)
    assert county.session.scalar(select(func.count()).select_from(EmergencyDuty)) == 0


def test_the_shortest_rule_of_the_divisions_holds(as_user, county, leader):
    county.session.add(Policy(division_id=county.townships["B"].id, key="emergency_most_days", value=3,
                              effective_from=date(2026, 1, 1), source="镇里的规定", set_at=NOW))
    client, codes = as_user(leader), [county.townships[name].code for name in "AB"]
    assert client.get(PATH).json["most_days"] == 15
    assert client.get(f"{PATH}?division={codes[1]}").json["most_days"] == 3
    refused = client.post(PATH, json=flood(*codes, until_at=instant(24, 8)))
    assert (refused.json["reason"], "3 天" in refused.json["message"]) == ("duty_too_long", True)
    assert client.post(PATH, json=flood(*codes, until_at=instant(23, 8))).status_code == 201
    assert client.post(PATH, json=flood(codes[0], until_at=instant(24, 8))).status_code == 201


@pytest.mark.parametrize("changes", [
    {"division_codes": []}, {"division_codes": ["1"]}, {"kind": "drill"}, {"reason": ""}, {"reason": "x" * 501},
    {"from_at": "2026-11-20T08:00:00"}, {"days": 3}, {"id": "1"}])
def test_a_body_that_says_too_little_or_too_much_is_refused(as_user, county, leader, changes):
    assert as_user(leader).post(PATH, json={**flood(county.CODE), **changes}).status_code == 422


@pytest.mark.parametrize(("role", "place", "status"), [
    ("supervisor", "A", 403), ("supervisor", "A1", 403), ("village", "A1", 403), ("admin", None, 403),
    ("auditor", None, 403), ("discipline", None, 403), ("cadre", "A1", 403)])
def test_nobody_below_the_county_declares_one(as_user, county, role, place, status):
    person = county.person(role, county.villages.get(place) or county.townships.get(place))
    answer = as_user(person).post(PATH, json=flood(county.townships["A"].code))
    assert answer.status_code == status
    if role == "supervisor":
        assert answer.json["reason"] == "duty_by_county"


def test_a_county_declares_none_for_what_lies_outside(as_user, county, leader):
    for code in ("520000000000", "110000000000"):
        answer = as_user(leader).post(PATH, json=flood(county.CODE, code))
        assert (answer.status_code, answer.json["reason"]) == (404, "division_not_found")


def test_a_stranger_learns_and_does_nothing(client, declared):
    id = declared("county")["id"]
    for answer in (client.get(PATH), client.post(PATH, json={}), client.get(f"{PATH}/{id}"),
                   client.patch(f"{PATH}/{id}", json={}), client.get(f"{PATH}/{id}/presence")):
        assert answer.status_code == 401


def test_each_sees_those_that_touch_the_own_villages(as_user, county, declared):
    whole, a, b2 = (declared(name)["id"] for name in ("county", "A", "B2"))
    seen = {
        "county": {whole, a, b2}, "A": {whole, a}, "B": {whole, b2}, "A1": {whole, a}, "B1": {whole}, "B2": {whole, b2}}
    people = {("supervisor", "county"): county.person("supervisor"),
              **{("supervisor", name): county.person("supervisor", county.townships[name]) for name in "AB"},
              **{("village", name): county.person("village", county.villages[name]) for name in ("A1", "B1", "B2")},
              ("cadre", "A1"): county.cadre("A1"), ("cadre", "B1"): county.cadre("B1")}
    for (_role, name), person in people.items():
        client = as_user(person)
        assert {duty["id"] for duty in client.get(PATH).json["duties"]} == seen[name]
        for id in (whole, a, b2):
            assert client.get(f"{PATH}/{id}").status_code == (200 if id in seen[name] else 404)
    # A neighbouring village of the posting is one of one's own; one who is posted nowhere has none.
    both = county.cadre("A1", further=("B2",))
    assert {duty["id"] for duty in as_user(both).get(PATH).json["duties"]} == {whole, a, b2}
    assert as_user(county.cadre(None)).get(PATH).json == {"duties": [], "most_days": None}


def test_a_list_narrows_to_a_division_and_a_state_and_comes_in_pages(as_user, county, leader, declared, clock):
    over = declared("A", until_at=instant(20, 11))["id"]
    soon = declared("A1", from_at=instant(21), until_at=instant(22))["id"]
    running = declared("B")["id"]
    clock.now = county.now = NOW + timedelta(hours=2)
    client = as_user(leader)

    def ids(query=""):
        return [duty["id"] for duty in client.get(PATH + query).json["duties"]]

    assert ids() == [running, soon, over]
    assert [ids(f"?state={state}") for state in ("running", "coming", "over")] == [[running], [soon], [over]]
    assert ids(f"?division={county.townships['A'].code}") == [soon, over]
    assert ids(f"?division={county.villages['B1'].code}") == [running]
    page = client.get(f"{PATH}?page=2&page_size=2")
    assert ([duty["id"] for duty in page.json["duties"]], page.headers["X-Pagination"]) == (
        [over], '{"total": 3, "total_pages": 2, "page": 2}')
    assert client.get(f"{PATH}?state=gone").status_code == 422
    foreign = as_user(county.person("supervisor", county.townships["A"])).get(
        f"{PATH}?division={county.townships['B'].code}")
    assert foreign.status_code == 404


def test_it_ends_by_itself_to_the_instant(as_user, county, leader, declared, clock):
    path, end = f"{PATH}/{declared('A')['id']}", datetime(2026, 11, 22, 8, tzinfo=SHANGHAI)
    clock.now = county.now = end - timedelta(seconds=1)
    client, states = as_user(leader), []
    for clock.now in (end - timedelta(seconds=1), end):
        states.append(client.get(path).json["state"])
    assert states == ["running", "over"]
    late = client.patch(path, json={"ended_because": "雨停了"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json["reason"]) == (409, "duty_is_over")


def test_the_county_ends_one_early_with_a_reason_and_the_log_tells_of_it(as_user, county, leader, declared):
    duty = declared("A")
    path, client = f"{PATH}/{duty['id']}", as_user(leader)
    assert client.patch(path, json={"ended_because": "雨停了"}).status_code == 428
    stale = client.patch(path, json={"ended_because": "雨停了"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"1"')
    assert client.patch(path, json={}, headers={"If-Match": '"1"'}).status_code == 422
    ended = client.patch(path, json={"ended_because": "雨停了"}, headers={"If-Match": '"1"'})
    assert (ended.status_code, ended.headers["ETag"]) == (200, '"2"')
    assert ended.json == {**duty, "state": "over", "ended_at": "2026-11-20T02:00:00Z", "ended_because": "雨停了",
                          "ended_by": {"id": leader.user.id, "name": "县里的人"}, "may_end": False, "version": 2}
    again = client.patch(path, json={"ended_because": "雨停了"}, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json["reason"]) == (409, "duty_is_over")
    [entry] = entries(county, "emergency.ended")
    assert (entry.chain, entry.subject, entry.details) == (
        COUNTY_CHAIN, f"emergency_duty:{duty['id']}", {"because": "雨停了"})


def test_one_that_has_not_begun_can_be_called_off(as_user, leader, declared):
    duty = declared("A", from_at=instant(21))
    answer = as_user(leader).patch(f"{PATH}/{duty['id']}", json={"ended_because": "台风转向"},
                                   headers={"If-Match": '"1"'})
    assert (duty["state"], answer.status_code, answer.json["state"]) == ("coming", 200, "over")


def test_a_township_ends_none_and_one_out_of_reach_is_not_there(as_user, county, declared):
    id = declared("A")["id"]
    send = {"json": {"ended_because": "雨停了"}, "headers": {"If-Match": '"1"'}}
    refused = as_user(county.person("supervisor", county.townships["A"])).patch(f"{PATH}/{id}", **send)
    assert (refused.status_code, refused.json["reason"]) == (403, "duty_by_county")
    assert as_user(county.person("supervisor", county.townships["B"])).patch(f"{PATH}/{id}", **send).status_code == 404
    for role in ("village", "cadre"):
        assert as_user(county.person(role, county.villages["A1"])).patch(f"{PATH}/{id}", **send).status_code == 403
    assert as_user(county.person("supervisor")).get(f"{PATH}/{id}").json["ended_at"] is None


def rows_of(answer) -> dict:
    """What the answer says of each cadre, by name."""
    return {row["cadre"]["name"]: (row["reported_at"], row["kind"], row["verdict"], row["leave"])
            for village in answer.json["villages"] for row in village["cadres"]}


def ask(client, duty, query="") -> dict:
    return client.get(f"{PATH}/{duty['id']}/presence{query}")


def test_the_county_sees_who_has_told_since_the_duty_began(as_user, county, leader, declared, clock):
    zhang, li, zhao = (county.cadre("A1", name=name) for name in ("张三", "李四", "赵六"))
    wang, qian = county.cadre("A2", name="王五"), county.cadre("B1", name="钱七")
    gone = county.cadre("A1", name="已走", to_on=TODAY - timedelta(days=1))
    county.check_in(zhang, TODAY, hour=7)
    county.check_in(zhang, TODAY, hour=9)
    # Before it began says nothing of now; in the evening of another day neither.
    county.check_in(li, TODAY, hour=7)
    county.check_in(li, TODAY - timedelta(days=1), hour=20)
    county.check_in(wang, TODAY, hour=9, fix=False)
    county.check_in(qian, TODAY, hour=9)
    duty = declared("A")
    client = as_user(zhao)
    leave = client.post("/api/v1/leaves", json={
        "id": str(uuid4()), "cadre_id": zhao.cadre.id, "kind": "sick", "from_on": "2026-11-20", "to_on": "2026-11-20",
        "reason": "发烧"})
    steps = as_user(county.person("supervisor", county.townships["A"])).post(
        f"/api/v1/leaves/{leave.json['id']}/steps", json={"id": str(uuid4()), "step": "approved"})
    assert steps.status_code == 201
    answer = ask(as_user(leader), duty)
    assert (answer.status_code, answer.json["day"], answer.json["days"]) == (
        200, "2026-11-20", ["2026-11-20", "2026-11-21", "2026-11-22"])
    assert [(one["village"]["name"], one["posted"], one["reported"], one["on_leave"])
            for one in answer.json["villages"]] == [("A1村", 3, 1, 1), ("A2村", 1, 1, 0)]
    assert [answer.json[name] for name in ("posted", "reported", "on_leave")] == [4, 2, 1]
    assert answer.json["duty"] == duty and answer.json["division"]["code"] == county.CODE
    nothing = (None, None, None, None)
    assert rows_of(answer) == {
        "张三": ("2026-11-20T01:00:00Z", "check_in", "inside", None), "李四": nothing,
        "赵六": (None, None, None, "sick"), "王五": ("2026-11-20T01:00:00Z", "check_in", "no_location", None)}
    assert gone.user.name not in rows_of(answer)
    missing = ask(as_user(leader), duty, "?missing=true")
    assert ([one["village"]["name"] for one in missing.json["villages"]], missing.json["posted"]) == (["A1村"], 4)
    # On leave is not missing, nor is who has told: they stand in no list of those to ring.
    assert list(rows_of(missing)) == ["李四"]
    # The next day nobody has told yet, and its answer is there before and after.
    clock.now = county.now = NOW + timedelta(days=1)
    assert ask(as_user(leader), duty).json["day"] == "2026-11-21"
    assert ask(as_user(leader), duty, "?day=2026-11-22").json["reported"] == 0
    clock.now = county.now = NOW + timedelta(days=30)
    assert ask(as_user(leader), duty).json["day"] == "2026-11-22"
    outside = ask(as_user(leader), duty, "?day=2026-11-23")
    assert (outside.status_code, outside.json["reason"]) == (422, "day_outside_duty")


def test_whoever_is_on_an_errand_is_not_on_leave_and_is_waited_for(as_user, county, leader, declared):
    away, client = county.cadre("A1", name="公出的人"), as_user(leader)
    assert client.post("/api/v1/leaves", json={
        "id": str(uuid4()), "cadre_id": away.cadre.id, "kind": "errand", "from_on": "2026-11-20", "to_on": "2026-11-20",
        "reason": "县里开会"}).status_code == 201
    answer = ask(client, declared("A1"), "?missing=true")
    assert answer.json["on_leave"] == 0
    [row] = answer.json["villages"][0]["cadres"]
    assert (row["leave"], row["errand"]) == (None, "errand")


def test_leave_within_an_errand_is_told_as_in_the_calendar(as_user, county, leader, declared):
    away, client = county.cadre("A1"), as_user(leader)
    for person, kind, first, last in ((leader, "errand", "2026-11-16", "2026-11-22"),
                                      (away, "private", "2026-11-20", "2026-11-20")):
        asked = as_user(person).post("/api/v1/leaves", json={
            "id": str(uuid4()), "cadre_id": away.cadre.id, "kind": kind, "from_on": first, "to_on": last,
            "reason": "县里开会"})
        assert asked.status_code == 201, asked.json
        if asked.json["state"] == "asked":
            assert as_user(county.person("supervisor", county.townships["A"])).post(
                f"/api/v1/leaves/{asked.json['id']}/steps",
                json={"id": str(uuid4()), "step": "approved"}).status_code in (200, 201)
    [row] = ask(client, declared("A1")).json["villages"][0]["cadres"]
    [shown] = client.get(f"/api/v1/day-calendars?month=2026-11&cadre_id={away.cadre.id}").json["cadres"]
    [told] = [day for day in shown["days"] if day["day"] == "2026-11-20"]
    assert (row["leave"], row["errand"]) == (told["leave"], told["errand"]) == (None, "errand")


def test_every_road_counts_alike_and_no_figure_moves(as_user, county, leader, declared):
    declaring, booked = county.cadre("A1", name="声明"), county.cadre("A1", name="登记")
    duty = declared("A1")
    presence_service.declare_presence(county.session, cadre_id=declaring.cadre.id, id=uuid4(), day=TODAY,
                                      captured_at=NOW, received_at=NOW, content_hash=b"test")
    county.session.commit()
    village = as_user(county.person("village", county.villages["A1"]))
    entered = village.post("/api/v1/register-lines", json={"lines": [
        {"cadre_id": booked.cadre.id, "day": "2026-11-20", "is_present": True}]})
    assert entered.status_code in (200, 201), entered.json
    assert {name: row[1] for name, row in rows_of(ask(village, duty)).items()} == {
        "声明": "declaration", "登记": "register"}
    # What was rejected is no word.
    piece = county.session.scalar(select(Evidence).where(Evidence.cadre_id == declaring.cadre.id))
    county.session.execute(update(Evidence).where(Evidence.id == piece.id).values(status="rejected"))
    county.session.commit()
    assert rows_of(ask(village, duty))["声明"][0] is None
    assert county.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_a_duty_changes_no_figure(as_user, county, declared):
    county.cadre("A1")
    rates = "/api/v1/on-post-rates?month=2026-11"
    client = as_user(county.person("supervisor"))
    before = client.get(rates).json
    declared("county")
    assert client.get(rates).json == before
    assert not list(kept_service.differences(county.session, cadre_ids=kept_service.all_cadre_ids(county.session)))


def test_a_clock_that_was_wrong_is_not_believed(as_user, county, leader, declared):
    cadre = county.cadre("A1", name="表慢")
    duty = declared("A1")
    presence_service.record_check_in(
        county.session, cadre_id=cadre.cadre.id, first_log_in_at=cadre.user.first_log_in_at, id=uuid4(),
        captured_at=NOW - timedelta(hours=5), received_at=NOW, elapsed_ms=0, content_hash=b"test", locates=True)
    county.session.commit()
    assert rows_of(ask(as_user(leader), duty))["表慢"][0] == "2026-11-20T02:00:00Z"


def test_who_is_posted_to_several_villages_stands_once(as_user, county, leader, declared):
    both = county.cadre("A1", name="联片", further=("A2", "B2"))
    county.check_in(both, TODAY, hour=9)
    home, neighbour = declared("A", "B"), declared("B2")
    for duty, village in ((home, "A1村"), (neighbour, "B2村")):
        answer = ask(as_user(leader), duty)
        assert [(one["village"]["name"], one["posted"], one["reported"])
                for one in answer.json["villages"]] == [(village, 1, 1)]


def test_each_sees_the_presence_of_the_own_villages_alone(as_user, county, declared):
    for name in ("A1", "A2", "B1"):
        county.cadre(name, name=f"在{name}")
    duty = declared("county")
    seen = {"A": {"在A1", "在A2"}, "B": {"在B1"}}
    for name, people in seen.items():
        client = as_user(county.person("supervisor", county.townships[name]))
        assert rows_of(ask(client, duty)).keys() == people
        other = county.townships["B" if name == "A" else "A"].code
        assert ask(client, duty, f"?division={other}").status_code == 404
    village = as_user(county.person("village", county.villages["A2"]))
    assert rows_of(ask(village, duty)).keys() == {"在A2"}
    assert ask(as_user(county.cadre("A1")), duty).status_code == 403
    only_b = declared("B")
    assert ask(village, only_b).status_code == 404


@pytest.mark.parametrize("few", [0, 200])
def test_whom_the_database_takes_for_told_has_a_word_by_the_rule(as_user, county, leader, declared, monkeypatch, few):
    """Made or come before the duty began, with a clock that was wrong, withdrawn: each of a cadre of its own."""
    monkeypatch.setattr(emergency_presence_service, "FEW", few)
    duty, expected = declared("county"), {}
    began = datetime.fromisoformat(duty["from_at"])
    hour = timedelta(hours=1)
    for captured, received, flags, status in product((-hour, hour), (-hour, hour), ("", "clock_skew"),
                                                     ("counts", "withdrawn")):
        cadre = county.cadre("A1")
        piece = county.check_in(cadre, TODAY, hour=9)
        piece.captured_at, piece.received_at, piece.flags, piece.status = (
            began + captured, began + received, flags, status)
        word = latest_word([Word(piece.received_at if flags else piece.captured_at, piece.kind, piece.verdict, status)],
                           from_at=began)
        # What came before the duty was declared told nobody of it.
        expected[cadre.cadre.id] = word.at if word and received > timedelta(0) else None
    county.session.flush()
    answer = ask(as_user(leader), duty, "?page_size=500").json
    told = {row["cadre"]["id"]: row["reported_at"] and datetime.fromisoformat(row["reported_at"])
            for village in answer["villages"] for row in village["cadres"]}
    assert told == expected
    assert answer["reported"] == sum(at is not None for at in expected.values()) == 3


def test_presence_comes_in_pages_of_villages(as_user, county, leader, declared):
    for name in ("A1", "A2", "B1"):
        county.cadre(name)
    duty = declared("county")
    first, second = (ask(as_user(leader), duty, f"?page_size=2&page={page}") for page in (1, 2))
    assert [[one["village"]["name"] for one in answer.json["villages"]] for answer in (first, second)] == [
        ["A1村", "A2村"], ["B1村"]]
    assert (first.json["posted"], second.headers["X-Pagination"]) == (
        3, '{"total": 3, "total_pages": 2, "page": 2}')


def test_the_condition_and_the_rule_agree_on_the_state(county, leader, connection):
    session, minutes = county.session, (-90, -30, 0, 30, 90)
    for start in minutes:
        for length in (1, 30, 60):
            for ended in (None, *minutes):
                session.add(EmergencyDuty(
                    id=uuid4(), kind="fire", reason="x", from_at=NOW + timedelta(minutes=start),
                    until_at=NOW + timedelta(minutes=start + length), declared_by_id=leader.user.id, declared_at=NOW,
                    ended_at=None if ended is None else min(
                        NOW + timedelta(minutes=ended), NOW + timedelta(minutes=start + length)),
                    version=1, content_hash=b"x" * 32))
    session.flush()
    by_condition = {state: set(session.scalars(select(EmergencyDuty.id).where(
        emergency_service.is_in_state(state, NOW)))) for state in ("running", "coming", "over")}
    by_rule = {state: set() for state in by_condition}
    for duty in session.scalars(select(EmergencyDuty)):
        by_rule[emergency_service.duty_state(duty, NOW)].add(duty.id)
    assert by_condition == by_rule and all(by_rule.values())


@pytest.mark.parametrize("is_same", [True, False])
def test_two_at_once_under_one_id_make_one_duty(own_database, own_county, is_same):
    leader = own_county.person("supervisor")
    own_county.session.commit()
    county, database, id = own_county.county, Database(own_database), uuid4()
    sender = Identity(leader.user.id, "zh", None, 0, None, (Grant("supervisor", county.id, county.path, "county"),))

    def send(reason: str) -> bool:
        with database.session() as session:
            _view, created = emergency_service.declare(
                session, identity=sender, id=id, kind="flood", reason=reason, division_codes=[county.code],
                from_at=NOW, until_at=NOW + timedelta(days=1), content_hash=reason.encode().ljust(32), now=NOW)
            session.commit()
            return created

    results = in_parallel([lambda: send("a"), lambda: send("a" if is_same else "b")])
    if is_same:
        assert sorted(results) == [False, True]
    else:
        assert sorted(type(result).__name__ for result in results) == [IdReused.__name__, "bool"]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(EmergencyDutyDivision)) == 1
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(
            AuditEntry.action == "emergency.declared")) == 1
    database.engine.dispose()
