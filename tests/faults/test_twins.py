"""The same record twice in flight: stored once, one 201 and one 200, the same body."""

import pytest

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
    lost = client.post("/api/v1/check-ins", json=body, headers=field.headers())
    again = client.post("/api/v1/check-ins", json=body, headers=field.headers())
    assert (lost.status_code, again.status_code, again.json) == (201, 200, lost.json)
