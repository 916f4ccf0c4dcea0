"""The same record twice in flight: stored once, one 201 and one 200, the same body."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.checkin import context_service, kept_service
from api.dates import monday_of
from api.short_way import ShortWay
from tests.conftest import NOW
from tests.parallel import in_parallel

PAIRS = 40


def sender(app, field, number, body, path="/api/v1/check-ins"):
    def send():
        with app.test_client() as client:
            answer = client.post(path, json=body, headers=field.headers(number))
            return answer.status_code, answer.json
    return send


@pytest.mark.slow
def test_two_identical_check_ins_in_flight_are_stored_once_forty_times_of_forty(make_field, serving):
    field = make_field()
    app = serving(field)
    for number in range(PAIRS):
        body = field.body(days_ago=number % 10)
        (one, first), (other, second) = in_parallel([sender(app, field, number % 3, body)] * 2)
        assert sorted((one, other)) == [200, 201], (first, second)
        assert first == second
    assert len(field.stored()) == PAIRS
    field.assert_whole()


@pytest.mark.slow
def test_an_id_that_two_cadres_send_at_once_belongs_to_one_of_them(make_field, serving):
    field = make_field()
    app = serving(field)
    for _ in range(10):
        body = field.body()
        results = in_parallel([sender(app, field, 0, body), sender(app, field, 1, body)])
        assert sorted(status for status, _json in results) == [201, 409]
        assert [json["reason"] for status, json in results if status == 409] == ["id_reused"]
    assert len(field.stored()) == 10
    field.assert_whole()


@pytest.mark.slow
def test_many_records_of_one_cadre_at_once_all_count(make_field, serving):
    field = make_field()
    app = serving(field)
    bodies = [field.body(days_ago=number) for number in range(8)]
    results = in_parallel([sender(app, field, 0, body) for body in bodies])
    assert [status for status, _json in results] == [201] * 8
    assert field.stored() == {body["id"] for body in bodies}
    field.assert_whole()


def test_an_answer_that_never_arrived_is_given_again(make_field, serving):
    field = make_field()
    client, body = serving(field).test_client(), field.body()
    lost, again = post(client, field, body), post(client, field, body)
    assert (lost.status_code, again.status_code, again.json) == (201, 200, lost.json)


def post(client, field, body):
    return client.post("/api/v1/check-ins", json=body, headers=field.headers())


def change(field, statement):
    with field.database.session() as other:
        other.execute(text(statement))
        other.commit()


def test_a_check_in_whose_facts_change_while_it_is_judged_waits_its_turn(postgres_field, serving, monkeypatch):
    runs, load = [], context_service.load_sender

    def slow(session, *arguments):
        answer = load(session, *arguments)
        runs.append(type(session))
        if len(runs) == 1:
            change(postgres_field, "UPDATE cadres SET facts_version = facts_version + 1")
        return answer

    monkeypatch.setattr(context_service, "load_sender", slow)
    body = postgres_field.body()
    answer = post(serving(postgres_field).test_client(), postgres_field, body)
    assert (answer.status_code, answer.json["status"], runs) == (201, "counts", [ShortWay, Session])
    assert postgres_field.stored() == {body["id"]}
    postgres_field.assert_whole()


def test_a_check_in_that_the_kept_rows_do_not_reach_makes_them_first(make_field, serving):
    field = make_field()
    change(field, f"DELETE FROM posting_weeks WHERE monday = '{monday_of(NOW.date())}'")
    body = field.body()
    answer = post(serving(field).test_client(), field, body)
    assert (answer.status_code, field.stored()) == (201, {body["id"]})
    with field.database.session() as session:
        kept_service.refresh(session, cadre_ids=field.cadre_ids[1:])
        session.commit()
    field.assert_whole()
