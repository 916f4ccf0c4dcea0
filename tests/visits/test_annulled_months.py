"""A visit taken back after the month was closed stands beside it for everybody whose day fell with it."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from api.audit import AuditEntry
from tests.checkin.month import close, look, say
from tests.visits.test_rounds import AT_OFFICE, round_of, visit


def test_a_companions_day_that_falls_says_who_took_the_visit_back(as_user, county, clock):
    zhang, li, wang = (county.cadre("A1", name=name) for name in ("张三", "李四", "王五"))
    home, phone = county.household("A1"), as_user(zhang)
    body = round_of(visit(home), captured_at="2026-10-20T09:59:00+08:00", position=AT_OFFICE,
                    companion_ids=[li.cadre.id, wang.cadre.id])
    assert phone.post("/api/v1/rounds", json=body).status_code == 201
    for person, state in ((li, "joined"), (wang, "declined")):
        as_user(person).post("/api/v1/companion-answers", json={
            "id": str(uuid4()), "round_id": body["id"], "state": state, "captured_at": "2026-10-20T18:00:00+08:00"})
    clock.now = county.now + timedelta(minutes=10)
    village = as_user(county.person("village", county.villages["A1"]))
    township = as_user(county.person("supervisor", county.townships["A"]))
    say(village, "confirmed", look(village), note="已核对")
    assert close(township, look(village)).status_code == 201
    clock.now = county.now = county.now + timedelta(minutes=20)
    taken = {"id": str(uuid4()), "visit_id": body["visits"][0]["id"], "reason": "记错了"}
    assert phone.post("/api/v1/visit-annulments", json=taken).status_code == 201
    found = {(one["cadre"]["name"], one["day"]): [(cause["what"], cause["by"]["name"], cause["reason"])
                                                  for cause in one["causes"]]
             for one in look(township, county.villages["A1"])["corrections"]}
    told = [("visit_annulled", "张三", "记错了")]
    assert found == {(name, day): told for name in ("张三", "李四") for day in ("2026-10-20", None)}
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.annulled"))
    assert entry.details["companions"] == [li.cadre.id]
