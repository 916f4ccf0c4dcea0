"""What two tellers count, each with a code: equal or counted again, and nobody sees the other's numbers before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.ratings.vote_models import TellerCount
from tests.ratings.votes.vote_data import COUNTS, PAPERS, TODAY, VOTES, count_body, grades, reason, subject_count


def paper(client, code):
    return client.post(PAPERS, json={"code": code})


def test_a_paper_says_what_to_count_and_no_number_of_anybody(client, county, people, opened):
    _vote, codes = opened()
    answer = paper(client, codes[1])
    assert (answer.status_code, answer.json) == (200, {
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "held_on": TODAY,
        "place": "村委会大院", "number": 2, "name": "李四", "round": 1, "state": "to_count", "present": 12,
        "has_headings": True, "subjects": [{"id": people["voted"].cadre.id, "name": "王伟"}]})
    assert "Set-Cookie" not in answer.headers and "X-Request-Id" not in answer.headers


def test_equal_counts_are_the_result_and_one_alone_is_shown_to_nobody(as_user, client, people, opened):
    vote, codes = opened()
    first = client.post(COUNTS, json=count_body(codes[0], subject_count(people["voted"], (7, 1, 1, 0))))
    assert (first.status_code, first.json) == (201, {"state": "waiting"})
    assert [paper(client, code).json["state"] for code in codes] == ["waiting", "to_count"]
    holder = as_user(people["committee"])
    half = holder.get(f"{VOTES}/{vote['id']}").json
    assert (half["state"], half["ballots"], half["subjects"][0]["result"]) == ("counting", None, None)
    assert [one["has_counted"] for one in half["tellers"]] == [True, False]
    last = client.post(COUNTS, json=count_body(codes[1], subject_count(people["voted"], (7, 1, 1, 0))))
    assert (last.status_code, last.json) == (201, {"state": "agreed"})
    assert [paper(client, code).json["state"] for code in codes] == ["agreed", "agreed"]
    whole = holder.get(f"{VOTES}/{vote['id']}").json
    assert (whole["state"], whole["ballots"]["valid"], whole["counted_at"]) == ("counted", 10, "2026-11-20T02:00:00Z")
    assert [one["numerator"] for one in whole["subjects"][0]["result"]["overall"]] == [7, 1, 1, 0]


@pytest.mark.parametrize("other", [
    {"overall": (5, 2, 2, 0)}, {"overall": (6, 3, 1, 0), "abstained": 0}, {"headings": (5, 4, 1, 0)}])
def test_counts_that_differ_are_kept_and_both_count_again(as_user, client, county, people, opened, other):
    vote, codes = opened()
    voted = people["voted"]
    client.post(COUNTS, json=count_body(codes[0], subject_count(voted)))
    answer = client.post(COUNTS, json=count_body(codes[1], subject_count(voted, **other)))
    assert (answer.status_code, answer.json) == (201, {"state": "differs"})
    assert [(one["round"], one["state"]) for one in (paper(client, code).json for code in codes)] == [
        (2, "to_count")] * 2
    seen = as_user(people["committee"]).get(f"{VOTES}/{vote['id']}").json
    assert (seen["round"], seen["ballots"], [one["has_counted"] for one in seen["tellers"]]) == (2, None, [False] * 2)
    again = [client.post(COUNTS, json=count_body(code, subject_count(voted), round=2)).json for code in codes]
    assert again == [{"state": "waiting"}, {"state": "agreed"}]
    kept = county.session.scalars(select(TellerCount).where(TellerCount.round == 1)).all()
    assert len(kept) == 2 and kept[0].counts != kept[1].counts


def test_a_lost_answer_is_asked_for_again(client, people, opened):
    _vote, codes = opened()
    first, second = (count_body(code, subject_count(people["voted"])) for code in codes)
    assert [client.post(COUNTS, json=first).status_code for _ in range(2)] == [201, 200]
    assert client.post(COUNTS, json=first).json == {"state": "waiting"}
    client.post(COUNTS, json=second)
    assert [(one.status_code, one.json) for one in (client.post(COUNTS, json=body) for body in (first, second))] == [
        (200, {"state": "agreed"})] * 2
    assert reason(client.post(COUNTS, json={**first, "issued": 11})) == (409, "id_reused")
    assert reason(client.post(COUNTS, json={**first, "code": codes[1]})) == (409, "id_reused")


def test_a_lost_answer_says_that_they_differ_also_in_the_next_round(client, people, opened):
    _vote, codes = opened()
    bodies = [count_body(code, subject_count(people["voted"], overall))
              for code, overall in zip(codes, [(5, 3, 1, 0), (4, 4, 1, 0)], strict=True)]
    for body in bodies:
        client.post(COUNTS, json=body)
    assert [client.post(COUNTS, json=body).json for body in bodies] == [{"state": "differs"}] * 2


def test_a_teller_counts_once_a_round(client, people, opened):
    _vote, codes = opened()
    body = count_body(codes[0], subject_count(people["voted"]))
    client.post(COUNTS, json=body)
    assert reason(client.post(COUNTS, json={**body, "id": str(uuid4())})) == (409, "counted_already")
    ahead = count_body(codes[1], subject_count(people["voted"]), round=2)
    assert reason(client.post(COUNTS, json=ahead)) == (409, "count_round")


def test_a_code_made_anew_goes_on_where_the_old_one_was(as_user, client, people, opened):
    vote, codes = opened()
    body = count_body(codes[0], subject_count(people["voted"]))
    client.post(COUNTS, json=body)
    again = as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/countings").json["tellers"]
    fresh = ["".join(one["code_groups"]) for one in again]
    assert [paper(client, code).json["state"] for code in fresh] == ["waiting", "to_count"]
    # The answer to the count was lost, and the phone too: the other phone sends the same record with the new code.
    assert client.post(COUNTS, json={**body, "code": fresh[0]}).json == {"state": "waiting"}
    assert reason(client.post(COUNTS, json=body)) == (404, "teller_code")


@pytest.mark.parametrize(("changes", "expected"), [
    ({"issued": 13}, "count_issued"), ({"returned": 13}, "count_returned"), ({"void": 12}, "count_void"),
    ({"void": 0}, "count_sum"), ({"subjects": []}, "invalid"), ({"issued": -1}, "invalid"),
    ({"issued": None}, "invalid")])
def test_the_line_that_does_not_add_up_is_told(client, people, opened, changes, expected):
    _vote, codes = opened()
    answer = client.post(COUNTS, json=count_body(codes[0], subject_count(people["voted"]), **changes))
    assert reason(answer) == (422, expected)


def test_a_refused_line_names_the_person_and_both_numbers(client, people, opened):
    _vote, codes = opened()
    sent = subject_count(people["voted"], (5, 3, 1, 0), abstained=0)
    answer = client.post(COUNTS, json=count_body(codes[0], sent))
    assert "王伟" in answer.json["message"] and "9" in answer.json["message"] and "10" in answer.json["message"]
    heading = subject_count(people["voted"])
    heading["headings"]["integrity"] = grades(11, 0, 0, 0)
    answer = client.post(COUNTS, json=count_body(codes[0], heading))
    assert reason(answer) == (422, "count_heading_integrity") and "廉" in answer.json["message"]


@pytest.mark.parametrize("sent", ["other", "twice", "none"])
def test_everybody_who_is_voted_on_is_counted_once(client, people, opened, sent):
    _vote, codes = opened(people["voted"], people["also_voted"])
    one, other = subject_count(people["voted"]), subject_count(people["colleague"])
    subjects = {"other": [one, other], "twice": [one, one], "none": [one]}[sent]
    assert reason(client.post(COUNTS, json=count_body(codes[0], *subjects))) == (422, "count_subjects")


def test_headings_are_counted_where_the_paper_has_them(client, people, opened):
    _vote, codes = opened()
    without = count_body(codes[0], subject_count(people["voted"], headings=None))
    assert reason(client.post(COUNTS, json=without)) == (422, "count_headings")


@pytest.mark.parametrize("code", ["", "x", "0" * 28, "ABCD EFGH", "未知"])
def test_a_code_that_nobody_has_is_refused_alike(client, people, opened, code):
    opened()
    bodies = [paper(client, code).json, client.post(COUNTS, json=count_body(code, subject_count(people["voted"]))).json]
    assert {(one["code"], one["reason"], one["message"]) for one in bodies} == {
        (404, "teller_code", "这个计票码不能用，请找主持人重新要一个。")}


def test_a_code_ends_with_its_day(client, people, opened, clock):
    _vote, codes = opened()
    clock.now += timedelta(hours=23)
    assert paper(client, codes[0]).status_code == 200
    clock.now += timedelta(hours=1)
    assert reason(paper(client, codes[0])) == (404, "teller_code")
    late = client.post(COUNTS, json=count_body(codes[0], subject_count(people["voted"])))
    assert reason(late) == (404, "teller_code")
