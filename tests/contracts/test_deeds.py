"""The month ledger through the API: filled from the contracts, entered by hand, reported done, completed once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.contracts.acceptance_models import Completion, Deed, DeedReport
from api.contracts.models import Contract, ContractRevision
from tests.checkin.test_figures import statements_of
from tests.contracts.promised import add_line, publish, quarters, revise, say
from tests.parallel import in_parallel
from tests.photos.pictures import from_a_camera, sha256

NOON = "2026-11-20T09:30:00+08:00"


def deed(village="520329001201", **changes) -> dict:
    return {"id": str(uuid4()), "village_code": village, "month": "2026-11", "text": "清理河道", "due_on": "2026-11-28",
            **changes}


def report(**changes) -> dict:
    return {"id": str(uuid4()), "done_on": "2026-11-19", "captured_at": NOON, **changes}


def completion(line_id, **changes) -> dict:
    return {"id": str(uuid4()), "line_id": str(line_id), "completed_on": "2026-11-18", "captured_at": NOON, **changes}


@pytest.fixture
def people(county):
    """Everybody that the ledger of village A1 may have to do with."""
    return {
        "cadre": county.cadre("A1", name="张三"),
        "committee": county.person("village", county.villages["A1"], name="李支书"),
        "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "county": county.person("supervisor", name="钱主任"),
        "neighbour": county.cadre("A2"), "other_committee": county.person("village", county.villages["A2"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "discipline": county.person("discipline"), "admin": county.person("admin"),
    }


@pytest.fixture
def fill(as_user, county):
    def send(person, month="2026-11", code=None):
        return as_user(person).post("/api/v1/deeds/fillings", json={
            "division_code": code or county.townships["A"].code, "month": month})
    return send


def ledger(client, query="?month=2026-11"):
    answer = client.get(f"/api/v1/deeds{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_month_is_filled_from_the_quarter_that_holds_it_once(as_user, county, people, fill):
    [line, *_rest] = publish(county, "A1", {}, {"quarters": quarters(1, None, None, None)},
                             {"quarters": [], "text": "没有分解"})
    publish(county, "A2", {"text": "种茶", "unit": "亩", "due_on": date(2026, 11, 15)})
    publish(county, "B1", {})
    township = as_user(people["township"])
    assert ledger(township)["unfilled"] == 2
    assert [fill(people["township"]).json for _ in range(2)] == [{"made": 2}, {"made": 0}]
    found = ledger(township)
    assert found["unfilled"] == 0
    assert [(one["village"]["name"], one["text"], one["due_on"], one["owner"], one["is_overdue"])
            for one in found["deeds"]] == [("A1村", "修通组路（1公里）", "2026-12-20", "李支书", False),
                                           ("A2村", "种茶（1亩）", "2026-11-15", "李支书", True)]
    first = found["deeds"][0]
    assert {key: first[key] for key in ("line", "month", "state", "done_on", "note", "reports", "version")} == {
        "line": {"id": str(line), "number": 1, "contract_id": first["line"]["contract_id"], "text": "修通组路",
                 "dimension": "economy", "completed_on": None},
        "month": "2026-11", "state": "planned", "done_on": None, "note": None, "reports": [], "version": 1}
    told = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "deed.filled")).all()
    assert [(one.user_id, one.details) for one in told] == [
        (people["township"].user.id, {"month": "2026-11", "made": 2})]


def test_a_share_that_is_done_is_not_listed_in_the_months_after_and_ends_the_months_before(
        as_user, county, people, fill):
    publish(county, "A1", {})
    for month in ("2026-10", "2026-11"):
        assert fill(people["committee"], month, county.villages["A1"].code).json == {"made": 1}
    [id] = [one["id"] for one in ledger(as_user(people["cadre"]))["deeds"]]
    assert as_user(people["cadre"]).post(f"/api/v1/deeds/{id}/reports", json=report()).status_code == 201
    [before] = ledger(as_user(people["cadre"]), "?month=2026-10")["deeds"]
    assert (before["state"], before["done_on"], before["reports"]) == ("done", "2026-11-19", [])
    assert fill(people["committee"], "2026-12", county.villages["A1"].code).json == {"made": 0}
    assert ledger(as_user(people["cadre"]), "?month=2026-12")["unfilled"] == 0


@pytest.mark.parametrize(("state", "kind", "year"), [
    ("framework", "yearly", 2026), ("signed", "yearly", 2026), ("replaced", "yearly", 2026),
    ("closed", "yearly", 2026), ("published", "term", 2026), ("published", "yearly", 2025)])
def test_only_a_published_yearly_contract_of_the_year_fills(as_user, county, people, fill, state, kind, year):
    publish(county, "A1", {}, state=state, kind=kind, year=year)
    assert fill(people["township"]).json == {"made": 0}


def test_the_latest_published_revision_fills(as_user, county, people, fill):
    [line] = publish(county, "A1", {}, state="replaced")
    contract = county.session.scalar(select(Contract))
    latest = revise(county, contract, number=2)
    say(county, latest, line, text="修通两条组路")
    revise(county, contract, number=3, state="framework")
    add_line(county, contract, text="还没公布")
    assert county.session.query(ContractRevision).count() == 3
    assert fill(people["township"]).json == {"made": 1}
    assert [one["text"] for one in ledger(as_user(people["township"]))["deeds"]] == ["修通两条组路（1公里）"]


def test_who_may_fill_and_who_sees_what(as_user, county, people, fill, client):
    publish(county, "A1", {})
    publish(county, "A2", {})
    publish(county, "B1", {})
    statuses = {who: fill(people[who]).status_code for who in people}
    assert statuses == {"cadre": 403, "committee": 404, "township": 200, "county": 200, "neighbour": 403,
                        "other_committee": 404, "other_township": 404, "discipline": 403, "admin": 403}
    seen = {who: [one["village"]["name"] for one in as_user(people[who]).get("/api/v1/deeds").json.get("deeds", [])]
            for who in people}
    assert seen == {"cadre": ["A1村"], "committee": ["A1村"], "township": ["A1村", "A2村"],
                    "county": ["A1村", "A2村"], "neighbour": ["A2村"], "other_committee": ["A2村"],
                    "other_township": [], "discipline": [], "admin": []}
    assert client.get("/api/v1/deeds").status_code == 401
    for who in ("neighbour", "other_committee", "other_township"):
        answer = as_user(people[who]).get(f"/api/v1/deeds?division={county.villages['A1'].code}")
        assert answer.status_code == 404


@pytest.mark.parametrize(("who", "status"), [
    ("cadre", 201), ("committee", 201), ("township", 201), ("county", 201), ("neighbour", 404),
    ("other_committee", 404), ("other_township", 404), ("discipline", 403), ("admin", 403)])
def test_a_deed_is_entered_changed_and_reported_where_one_has_to_do(as_user, county, people, who, status):
    body = deed()
    assert as_user(people[who]).post("/api/v1/deeds", json=body).status_code == status
    id = body["id"] if status == 201 else as_user(people["cadre"]).post("/api/v1/deeds", json=deed()).json["id"]
    changed = as_user(people[who]).patch(f"/api/v1/deeds/{id}", json={"text": "清理水渠"}, headers={"If-Match": '"1"'})
    told = as_user(people[who]).post(f"/api/v1/deeds/{id}/reports", json=report())
    read = as_user(people[who]).get(f"/api/v1/deeds/{id}")
    assert (changed.status_code, told.status_code, read.status_code) == (
        (200, 201, 200) if status == 201 else (status, status, status))


def test_a_deed_by_hand_is_kept_once_and_checked(as_user, county, people):
    [line] = publish(county, "A1", {})
    [elsewhere] = publish(county, "A2", {})
    client, body = as_user(people["cadre"]), deed(line_id=str(line), owner="王会计")
    first, again = (client.post("/api/v1/deeds", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert (first.json["line"]["id"], first.json["owner"], first.headers["ETag"]) == (str(line), "王会计", '"1"')

    def refused(body, who="cadre"):
        answer = as_user(people[who]).post("/api/v1/deeds", json=body)
        return answer.status_code, answer.json["reason"]

    assert refused({**body, "text": "别的"}) == refused(body, "committee") == (409, "id_reused")
    assert refused(deed(line_id=str(line))) == (409, "deed_exists")
    assert refused(deed(line_id=str(elsewhere))) == (422, "line_elsewhere")
    assert refused(deed(line_id=str(uuid4()))) == (422, "line_elsewhere")
    assert refused(deed(due_on="2026-10-31")) == (422, "deed_due_before_month")
    assert refused(deed(county.townships["A"].code)) == (404, "division_not_found")


def test_an_edit_needs_the_version_that_it_saw_and_stands_in_the_log(as_user, county, people):
    client = as_user(people["committee"])
    id = client.post("/api/v1/deeds", json=deed()).json["id"]

    def patch(body, match='"1"'):
        return client.patch(f"/api/v1/deeds/{id}", json=body, headers={"If-Match": match} if match else {})

    assert patch({"text": "清理水渠"}, None).status_code == 428
    changed = patch({"text": "清理水渠", "owner": "王会计"})
    assert (changed.status_code, changed.json["text"], changed.headers["ETag"]) == (200, "清理水渠", '"2"')
    assert (patch({"text": "又改"}).status_code, patch({"due_on": "2026-10-01"}, '"2"').json["reason"]) == (
        412, "deed_due_before_month")
    dropped = patch({"state": "dropped", "note": "资金没到"}, '"2"').json
    assert (dropped["state"], dropped["note"], dropped["text"]) == ("dropped", "资金没到", "清理水渠")
    refused = client.post(f"/api/v1/deeds/{id}/reports", json=report())
    assert (refused.status_code, refused.json["reason"], refused.json["errors"]) == (
        409, "deed_step", {"allowed": ["planned"]})
    assert patch({"state": "planned"}, '"3"').json["state"] == "planned"
    details = county.session.scalars(select(AuditEntry.details).where(AuditEntry.action == "deed.changed")
                                     .order_by(AuditEntry.id)).all()
    assert details[0] == {"village": county.villages["A1"].code, "from": {"text": "清理河道", "owner": None},
                          "to": {"text": "清理水渠", "owner": "王会计"}}


def test_a_report_is_kept_once_and_what_is_done_may_be_told_again(as_user, county, people):
    client = as_user(people["cadre"])
    id = client.post("/api/v1/deeds", json=deed()).json["id"]
    path, body = f"/api/v1/deeds/{id}/reports", report(note="干完了")
    first, again = client.post(path, json=body), client.post(path, json={**body, "elapsed_ms": 9})
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert (first.json["state"], first.json["done_on"], first.json["version"], first.json["reports"]) == (
        "done", "2026-11-19", 2, [{"id": body["id"], "at": "2026-11-20T01:30:00Z", "done_on": "2026-11-19",
                                   "by": {"id": people["cadre"].user.id, "name": "张三"}, "note": "干完了",
                                   "photos": []}])
    assert as_user(people["committee"]).post(path, json=body).json["reason"] == "id_reused"
    assert client.post(path, json=report(done_on="2026-11-21")).json["reason"] == "done_in_future"
    more = as_user(people["committee"]).post(path, json=report(done_on="2026-11-20", note="补照片"))
    assert (more.status_code, more.json["done_on"], len(more.json["reports"])) == (201, "2026-11-19", 2)
    taken_back = client.patch(f"/api/v1/deeds/{id}", json={"state": "planned"}, headers={"If-Match": '"3"'}).json
    assert (taken_back["state"], taken_back["done_on"], len(taken_back["reports"])) == ("planned", None, 2)
    assert client.post(f"/api/v1/deeds/{uuid4()}/reports", json=report()).status_code == 404


@pytest.mark.parametrize(("to_on", "status"), [(date(2026, 11, 15), 201), (date(2026, 10, 15), 404)])
def test_what_was_done_before_a_posting_ended_unknown_to_the_phone_is_kept(as_user, county, people, to_on, status):
    [line] = publish(county, "A1", {})
    id = as_user(people["committee"]).post("/api/v1/deeds", json=deed()).json["id"]
    gone = as_user(county.cadre("A1", to_on=to_on))
    assert gone.post(f"/api/v1/deeds/{id}/reports", json=report()).status_code == status
    assert gone.post("/api/v1/completions", json=completion(line)).status_code == status


def test_a_line_is_completed_once_and_wants_no_further_deeds(as_user, county, people, fill):
    [line] = publish(county, "A1", {})
    client, body = as_user(people["cadre"]), completion(line, note="路通了")
    first, again = (client.post("/api/v1/completions", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    village = {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}
    assert first.json == {
        "id": body["id"], "line_id": str(line), "village": village, "completed_on": "2026-11-18", "note": "路通了",
        "at": "2026-11-20T01:30:00Z", "by": {"id": people["cadre"].user.id, "name": "张三"}, "photos": [],
        "is_incomplete": False, "item": {
            "id": first.json["item"]["id"], "line_id": str(line), "number": 1, "dimension": "economy",
            "text": "修通组路", "standard": "混凝土路面，宽3.5米", "target": 4, "unit": "公里", "due_on": "2026-12-20",
            "responsible": "李支书", "is_major": False}}
    assert client.post("/api/v1/completions", json={**body, "note": "别的"}).json["reason"] == "id_reused"
    other = as_user(people["committee"]).post("/api/v1/completions", json=completion(line))
    assert (other.status_code, other.json["reason"]) == (409, "already_completed")
    assert fill(people["township"]).json == {"made": 0}


@pytest.mark.parametrize(("who", "status"), [
    ("cadre", 201), ("committee", 201), ("township", 403), ("county", 403), ("neighbour", 404),
    ("other_committee", 404), ("other_township", 403), ("discipline", 403), ("admin", 403)])
def test_the_village_says_that_a_line_is_completed(as_user, county, people, who, status):
    [line] = publish(county, "A1", {})
    assert as_user(people[who]).post("/api/v1/completions", json=completion(line)).status_code == status


def test_a_completion_has_a_day_and_a_published_line(as_user, county, people):
    [line], [hidden] = publish(county, "A1", {}), publish(county, "A1", {}, state="signed", year=2025)

    def refused(line_id, **changes):
        answer = as_user(people["committee"]).post("/api/v1/completions", json=completion(line_id, **changes))
        return answer.status_code, answer.json["reason"]

    assert refused(line, completed_on="2026-11-21") == (422, "done_in_future")
    assert refused(line, completed_on="2025-12-31") == (422, "completed_before_contract")
    assert refused(hidden) == refused(uuid4()) == (404, "not_found")


def test_overdue_deeds_are_found_in_every_month(as_user, county, people):
    client = as_user(people["cadre"])
    late = client.post("/api/v1/deeds", json=deed(month="2026-09", due_on="2026-09-30")).json
    client.post("/api/v1/deeds", json=deed())
    done = client.post("/api/v1/deeds", json=deed(month="2026-09", due_on="2026-09-01")).json["id"]
    client.post(f"/api/v1/deeds/{done}/reports", json=report())
    assert [one["id"] for one in ledger(client, "?state=overdue")["deeds"]] == [late["id"]]
    assert ledger(client, "?state=overdue&month=2026-11")["deeds"] == []
    assert [one["id"] for one in ledger(client, "?state=done&month=2026-09")["deeds"]] == [done]
    assert len(ledger(client, "")["deeds"]) == 1


def test_the_ledger_asks_the_same_few_questions_whatever_its_length(as_user, county, people, connection, fill):
    client, counts = as_user(people["township"]), []
    for village in ("A1", "A2"):
        publish(county, village, {}, {}, {})
        fill(people["township"])
        id = client.post("/api/v1/deeds", json=deed(county.villages[village].code)).json["id"]
        client.post(f"/api/v1/deeds/{id}/reports", json=report())
        county.session.commit()
        counts.append(statements_of(connection, lambda: client.get("/api/v1/deeds")))
    assert counts[0] == counts[1] <= 17


def test_who_sees_the_village_sees_the_photos_of_its_deeds(as_user, county, people):
    [line] = publish(county, "A1", {})
    sent = from_a_camera()
    hashed = sha256(sent)
    client = as_user(people["cadre"])
    id = client.post("/api/v1/deeds", json=deed()).json["id"]
    told = client.post(f"/api/v1/deeds/{id}/reports", json=report(photos=[hashed])).json
    assert (told["is_incomplete"], told["reports"][0]["photos"][0]["has_come"]) == (True, False)
    assert client.post("/api/v1/completions", json=completion(line, photos=[hashed])).json["is_incomplete"] is True
    client.put(f"/api/v1/photos/{hashed}", data=sent, content_type="image/jpeg")
    assert client.get(f"/api/v1/deeds/{id}").json["is_incomplete"] is False
    seen = {who for who in people
            if as_user(people[who]).get(f"/api/v1/photos/{hashed}/thumb").status_code == 200}
    assert seen == {"cadre", "committee", "township", "county"}


def test_a_phone_sends_what_was_done_in_a_batch_as_often_as_it_likes(as_user, county, people):
    [line] = publish(county, "A1", {})
    client = as_user(people["cadre"])
    id = client.post("/api/v1/deeds", json=deed()).json["id"]
    items = [{"kind": "completion", "record": completion(line)},
             {"kind": "deed_report", "record": report(deed_id=id)},
             {"kind": "deed_report", "record": report(deed_id=str(uuid4()))},
             {"kind": "completion", "record": completion(line)}]
    statuses = [[one["status"] for one in client.post("/api/v1/sync", json={"items": items}).json["results"]]
                for _ in range(2)]
    # Of two completions of a line one stands: which, their ids say.
    won = 0 if statuses[0][0] == 201 else 3
    assert statuses == [[201 if n in (won, 1) else 404 if n == 2 else 409 for n in range(4)],
                        [200 if n in (won, 1) else 404 if n == 2 else 409 for n in range(4)]]
    other = as_user(people["other_township"]).post("/api/v1/sync", json={"items": items[:2]}).json["results"]
    assert [one["status"] for one in other] == [403, 409]


def test_a_phone_keeps_this_months_deeds_and_those_undone(as_user, county, people, clock):
    client = as_user(people["cadre"])

    def make(who, **changes):
        return as_user(people[who]).post("/api/v1/deeds", json=deed(**changes)).json["id"]

    now, late, done = make("cadre"), make("cadre", month="2026-09"), make("cadre", month="2026-08")
    make("neighbour", village=county.villages["A2"].code)
    client.post(f"/api/v1/deeds/{done}/reports", json=report())

    def deeds(cursor=None):
        page = client.get("/api/v1/sync", query_string={"cursor": cursor} if cursor else {}).json
        return {one["id"]: one["record"] for one in page["changes"] if one["kind"] == "deed"}, page["cursor"]

    found, cursor = deeds()
    assert found.keys() == {now, late}
    assert found[now] == client.get(f"/api/v1/deeds/{now}").json
    clock.now += timedelta(hours=1)
    _found, cursor = deeds(cursor)
    client.post(f"/api/v1/deeds/{late}/reports", json=report())
    found, cursor = deeds(cursor)
    assert {id: record["state"] for id, record in found.items()} == {late: "done"}


def test_a_completed_line_is_told_to_phones_by_its_deeds(as_user, county, people, clock, fill):
    [line] = publish(county, "A1", {})
    fill(people["township"])
    client = as_user(people["cadre"])
    clock.now += timedelta(hours=1)
    cursor = client.get("/api/v1/sync").json["cursor"]
    clock.now += timedelta(hours=1)
    as_user(people["committee"]).post("/api/v1/completions", json=completion(line))
    changes = client.get("/api/v1/sync", query_string={"cursor": cursor}).json["changes"]
    assert [one["record"]["line"]["completed_on"] for one in changes if one["kind"] == "deed"] == ["2026-11-18"]


def parallel_clients(own_county, make_app, own_database, *persons):
    tokens = [own_county.token(person) for person in persons]
    own_county.session.commit()
    app = make_app(own_database)

    def send(number, path, body):
        answer = app.test_client().post(f"/api/v1/{path}", json=body,
                                        headers={"Authorization": f"Bearer {tokens[number]}"})
        return answer.status_code, answer.json
    return send


def test_two_fillings_at_once_make_each_deed_once(own_county, make_app, own_database):
    publish(own_county, "A1", {}, {})
    publish(own_county, "A2", {}, {})
    township = own_county.person("supervisor", own_county.townships["A"])
    send = parallel_clients(own_county, make_app, own_database, township, own_county.person("supervisor"))
    body = {"division_code": own_county.townships["A"].code, "month": "2026-11"}
    results = in_parallel([lambda number=number: send(number, "deeds/fillings", body) for number in (0, 1, 0)])
    assert [status for status, _answer in results] == [200, 200, 200]
    assert sum(answer["made"] for _status, answer in results) == 4
    own_county.session.rollback()
    assert own_county.session.query(Deed).count() == 4


def test_two_completions_of_a_line_at_once_leave_one(own_county, make_app, own_database):
    [line] = publish(own_county, "A1", {})
    send = parallel_clients(own_county, make_app, own_database, own_county.cadre("A1"), own_county.person(
        "village", own_county.villages["A1"]))
    bodies = [completion(line), completion(line)]
    results = in_parallel([lambda number=number: send(number, "completions", bodies[number]) for number in (0, 1)])
    assert sorted(status for status, _answer in results) == [201, 409]
    assert {answer["reason"] for status, answer in results if status == 409} == {"already_completed"}
    same = bodies[0 if results[0][0] == 201 else 1]
    again = in_parallel([lambda: send(bodies.index(same), "completions", same)] * 2)
    assert [status for status, _answer in again] == [200, 200]
    own_county.session.rollback()
    assert own_county.session.query(Completion).count() == 1


def test_the_same_report_three_times_at_once_is_kept_once(own_county, make_app, own_database):
    cadre = own_county.cadre("A1")
    send = parallel_clients(own_county, make_app, own_database, cadre)
    id, body = send(0, "deeds", deed())[1]["id"], report()
    results = in_parallel([lambda: send(0, f"deeds/{id}/reports", body)] * 3)
    assert sorted(status for status, _answer in results) == [200, 200, 201]
    own_county.session.rollback()
    assert own_county.session.query(DeedReport).count() == 1
