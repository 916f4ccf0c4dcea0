"""A month closed twice at once is closed once; lines of the register twice in flight are entered once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.audit import AuditEntry
from api.checkin import judging_service, kept_service
from api.checkin.models import Decision, Evidence
from api.checkin.month_models import MonthClose, MonthStep
from api.checkin.sheet_rules import as_plain, from_plain, sheet_hash
from api.dates import start_of_day
from api.db import make_engine
from tests.checkin.month import MONTH, closing, look, say, stay
from tests.conftest import NOW
from tests.county import OFFICE
from tests.parallel import in_parallel

ROUNDS = 6


@pytest.fixture
def field(own_county, own_database, make_app):
    """The county with two cadres in A1 and in A2, on an application with real commits."""
    app = make_app(own_database)
    people = {name: [own_county.cadre(name) for _ in range(2)] for name in ("A1", "A2")}
    for pair in people.values():
        stay(own_county, pair[0], weekdays=3)
    own_county.session.commit()

    def as_person(person):
        token = own_county.token(person)
        own_county.session.commit()
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    yield own_county, people, as_person
    app.extensions["zhucun_database"].engine.dispose()


@pytest.fixture
def read(own_database):
    """A session that sees what is committed."""
    engine = make_engine(own_database)
    with Session(engine) as session:
        yield session
    engine.dispose()


def post(client, path, body):
    def send():
        answer = client.post(path, json=body)
        return answer.status_code, answer.json
    return send


def confirmed(county, as_person, name="A1") -> dict:
    village = as_person(county.person("village", county.villages[name]))
    sheet = look(village)
    assert say(village, "confirmed", sheet, note="已核对").status_code == 201
    return sheet


@pytest.mark.slow
def test_two_officers_at_once_close_a_month_once_and_one_learns_who_did(field, read):
    county, _people, as_person = field
    officers = [as_person(county.person("supervisor", county.townships["A"], name=name)) for name in ("赵", "钱")]
    bodies = [closing(confirmed(county, as_person)) for _ in officers]
    answers = in_parallel([post(client, "/api/v1/month-closings", body)
                           for client, body in zip(officers, bodies, strict=True)])
    assert sorted(status for status, _json in answers) == [201, 409]
    won, lost = sorted(answers, key=lambda answer: answer[0])
    assert (lost[1]["reason"], lost[1]["errors"]["close"]["id"]) == ("month_closed", won[1]["id"])
    assert_one_close(read, won[1])


@pytest.mark.slow
def test_a_double_tap_closes_a_month_once_and_answers_the_same_twice(field, read):
    county, _people, as_person = field
    client, body = as_person(county.person("supervisor")), closing(confirmed(county, as_person))
    (one, first), (other, second) = in_parallel([post(client, "/api/v1/month-closings", body)] * 2)
    assert (sorted((one, other)), first) == ([200, 201], second)
    assert_one_close(read, first)


def assert_one_close(read, answer) -> None:
    [close] = read.scalars(select(MonthClose)).all()
    assert (str(close.id), close.hash.hex()) == (answer["id"], answer["hash"])
    assert close.hash == sheet_hash(close.sheet) and as_plain(from_plain(close.sheet)) == close.sheet
    closed = read.scalars(select(AuditEntry).where(AuditEntry.action == "month.closed")).all()
    assert [entry.details["hash"] for entry in closed] == [answer["hash"]]
    assert list(audit.verify(read)) == []


@pytest.mark.slow
def test_the_same_step_twice_in_flight_is_kept_once(field, read):
    county, _people, as_person = field
    village = as_person(county.person("village", county.villages["A1"]))
    sheet = look(village)
    for number in range(ROUNDS):
        body = {"id": str(uuid4()), "month": MONTH, "step": "confirmed", "village_code": sheet["village"]["code"],
                "seen_hash": sheet["sheet_hash"], "note": f"第{number}次"}
        (one, first), (other, second) = in_parallel([post(village, "/api/v1/month-steps", body)] * 2)
        assert (sorted((one, other)), first) == ([200, 201], second)
    assert read.scalar(select(func.count()).select_from(MonthStep)) == ROUNDS


@pytest.mark.slow
def test_records_that_arrive_while_a_month_is_closed_are_in_it_or_beside_it_with_their_cause(field, read):
    county, people, as_person = field
    officer, phones = as_person(county.person("supervisor")), [as_person(person) for person in people["A1"]]
    body = closing(confirmed(county, as_person))
    days = [date(2026, 10, 9) + timedelta(days=7 * n) for n in range(4)]
    records = [post(phone, "/api/v1/check-ins", {
        "id": str(uuid4()), "captured_at": (start_of_day(day) + timedelta(hours=9)).isoformat(),
        "position": {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}})
        for phone in phones for day in days]
    closed, *sent = in_parallel([post(officer, "/api/v1/month-closings", body), *records])
    assert [status for status, _json in sent] == [201] * len(records)
    # A record that came first makes the sheet another one than was seen: then nothing is closed.
    assert closed[0] == 201 or (closed[0], closed[1]["reason"]) == (409, "sheet_changed")
    if closed[0] == 201:
        sheet = look(officer, county.villages["A1"])
        assert sheet["sheet_hash"] == body["seen_hash"]
        lines = [one for one in sheet["corrections"] if one["day"]]
        assert sorted({one["day"] for one in lines}) == [day.isoformat() for day in days]
        assert all(one["causes"] for one in sheet["corrections"])
    ids = [person.cadre.id for person in people["A1"]]
    assert list(kept_service.differences(read, cadre_ids=ids)) == []


@pytest.mark.slow
def test_the_same_lines_of_the_register_in_flight_are_entered_once(field, read):
    county, people, as_person = field
    village = as_person(county.person("village", county.villages["A2"]))
    lines = [{"cadre_id": person.cadre.id, "day": (NOW.date() - timedelta(days=n)).isoformat(), "is_present": True}
             for person in people["A2"] for n in range(10)]
    answers = in_parallel([post(village, "/api/v1/register-lines", {"lines": one}) for one in (lines, lines[::-1])] * 2)
    assert [status for status, _json in answers] == [200] * 4
    assert {frozenset(str(line) for line in json["lines"]) for _status, json in answers} == {
        frozenset(str(line) for line in answers[0][1]["lines"])}
    counts = [read.scalar(select(func.count()).select_from(table).where(*conditions)) for table, conditions in (
        (Evidence, [Evidence.kind == "register"]), (Decision, []),
        (AuditEntry, [AuditEntry.action == "register.entered"]))]
    assert counts == [20, 20, 1]
    ids = [person.cadre.id for person in people["A2"]]
    assert list(judging_service.misjudged(read, cadre_ids=ids)) == list(
        kept_service.differences(read, cadre_ids=ids)) == []
