"""Assessed votes through the API: prepared, counted by two, read out, signed; who sees what of them and when."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.ratings.vote_models import TellerCount
from api.ratings.votes_service import results_of
from tests.checkin.test_figures import statements_of
from tests.parallel import in_parallel
from tests.photos.pictures import from_a_camera, sha256
from tests.ratings.votes.vote_data import (
    COUNTS,
    PAPERS,
    TODAY,
    VOTES,
    code_in,
    count_body,
    patch_body,
    reason,
    subject_count,
    vote_body,
)


def test_a_vote_is_prepared_as_it_was_said(as_user, county, people):
    body = vote_body(county, people["voted"])
    answer = as_user(people["committee"]).post(VOTES, json=body)
    found = answer.json
    assert "三分之二" in found["quorum"].pop("source")
    assert (answer.status_code, answer.headers["ETag"], found) == (201, '"1"', {
        "id": body["id"], "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"},
        "held_on": TODAY, "place": "村委会大院", "presided_by": "周监委", "has_headings": True,
        "groups": body["groups"],
        "quorum": {"present": 12, "expected": 15, "needed": 10, "is_met": True, "rule": "two_thirds"},
        "state": "prepared", "round": 1,
        "tellers": [{"number": 1, "name": "张三", "has_counted": False},
                    {"number": 2, "name": "李四", "has_counted": False}],
        "subjects": [{"cadre": {"id": people["voted"].cadre.id, "name": "王伟"}, "duty_report": None,
                      "reported_at": None, "may_report": True, "result": None, "version": 1}],
        "ballots": None, "counted_at": None, "read_out_at": None, "signed_on": None, "minutes": None, "photos": [],
        "annulled_reason": None, "entered_by": {"id": people["committee"].user.id, "name": "孙主任"},
        "entered_at": "2026-11-20T02:00:00Z", "is_whole": True, "may_change": True, "may_open": True,
        "may_read_out": False, "may_sign": False, "may_annul": True, "version": 1})


def test_the_same_again_is_kept_once_and_other_content_refused(as_user, county, people):
    body, client = vote_body(county, people["voted"]), as_user(people["committee"])
    first, again = (client.post(VOTES, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert reason(client.post(VOTES, json={**body, "place": "学校"})) == (409, "id_reused")
    assert reason(as_user(people["township"]).post(VOTES, json=body)) == (409, "id_reused")


@pytest.mark.parametrize(("changes", "expected"), [
    ({"tellers": ["张三", "张三"]}, "tellers_same"), ({"tellers": ["王伟", "李四"]}, "teller_voted_on"),
    ({"presided_by": "李四"}, "teller_presides"), ({"tellers": ["张三"]}, "invalid"), ({"cadre_ids": []}, "invalid"),
    ({"groups": [{"voters": "party_members", "expected": 3, "present": 4}]}, "vote_more_present"),
    ({"groups": [{"voters": "party_members", "expected": 0, "present": 0}]}, "vote_nobody_expected"),
    ({"groups": [{"voters": "party_members", "expected": 3, "present": 3}] * 2}, "vote_group_twice"),
    ({"held_on": "2025-12-31"}, "cadre_not_posted_there")])
def test_what_cannot_be_so_is_refused(as_user, county, people, changes, expected):
    answer = as_user(people["committee"]).post(VOTES, json=vote_body(county, people["voted"], **changes))
    assert reason(answer) == (422, expected)


def test_only_who_is_posted_there_is_voted_on(as_user, county, people):
    client = as_user(people["committee"])
    assert reason(client.post(VOTES, json=vote_body(county, people["other_cadre"]))) == (422, "cadre_not_posted_there")
    covering = county.cadre("A2", further=("A1",))
    assert client.post(VOTES, json=vote_body(county, covering)).status_code == 201


def test_each_role_sees_of_a_vote_what_is_its_own(as_user, client, people, agreed):
    id = agreed()["id"]

    def seen():
        return {who: as_user(person).get(f"{VOTES}/{id}").status_code for who, person in people.items()}

    none = dict.fromkeys(("also_voted", "colleague", "neighbour", "other_township", "other_cadre"), 404)
    assert seen() == {**none, "county": 200, "township": 200, "committee": 200, "voted": 200}
    lists = {who: len(as_user(person).get(VOTES).json["assessed_votes"]) for who, person in people.items()}
    assert lists == {**dict.fromkeys(none, 0), "county": 1, "township": 1, "committee": 1, "voted": 1}
    assert client.get(f"{VOTES}/{id}").status_code == client.get(VOTES).status_code == 401


@pytest.mark.parametrize("role", ["discipline", "admin", "auditor"])
def test_other_roles_have_no_part_in_it(as_user, county, prepared, role):
    client, id = as_user(county.person(role)), prepared()["id"]
    assert {client.get(path).status_code for path in (VOTES, f"{VOTES}/{id}")} == {403}


def test_those_voted_on_hear_their_own_result_once_it_was_read_out(as_user, client, people, opened):
    voted, also = people["voted"], people["also_voted"]
    vote, codes = opened(voted, also)
    for code in codes:
        client.post(COUNTS, json=count_body(code, subject_count(also, (9, 1, 0, 0), abstained=0), subject_count(voted)))
    before = as_user(voted).get(f"{VOTES}/{vote['id']}").json
    assert [(one["cadre"]["name"], one["result"]) for one in before["subjects"]] == [("王伟", None)]
    assert (before["ballots"], before["tellers"], before["entered_by"], before["is_whole"]) == (None, [], None, False)
    as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/readings")
    after = as_user(voted).get(f"{VOTES}/{vote['id']}").json
    assert [one["result"]["overall"][0]["numerator"] for one in after["subjects"]] == [5]
    assert after["ballots"] == {"issued": 12, "returned": 11, "void": 1, "valid": 10}
    assert not any(after[key] for key in after if key.startswith("may_"))


@pytest.mark.parametrize("role", ["village", "supervisor"])
def test_nobody_holds_the_vote_on_himself_whatever_the_grants(as_user, county, people, prepared, role):
    both = people["voted"]
    vote = prepared()
    county.grant(both, role, county.villages["A1"] if role == "village" else county.county)
    client, id = as_user(both), vote["id"]
    body = vote_body(county, both)
    refused = [client.post(VOTES, json=body), client.post(f"{VOTES}/{id}/countings"),
               client.post(f"{VOTES}/{id}/readings"),
               client.post(f"{VOTES}/{id}/signatures", json={"signed_on": TODAY}),
               client.post(f"{VOTES}/{id}/annulments", json={"reason": "不服"}),
               client.patch(f"{VOTES}/{id}", json=patch_body(body), headers={"If-Match": '"1"'})]
    assert [reason(one) for one in refused] == [(403, "own_record")] * 6
    assert client.get(f"{VOTES}/{id}").json["is_whole"] is False


def test_a_stranger_can_do_nothing_with_it(as_user, client, county, people, prepared):
    id, body = prepared()["id"], patch_body(vote_body(county, people["voted"]))

    def tries(who):
        return [who.post(f"{VOTES}/{id}/countings"), who.post(f"{VOTES}/{id}/readings"),
                who.post(f"{VOTES}/{id}/signatures", json={"signed_on": TODAY}),
                who.post(f"{VOTES}/{id}/annulments", json={"reason": "错"}),
                who.patch(f"{VOTES}/{id}", json=body, headers={"If-Match": '"1"'}),
                who.put(f"{VOTES}/{id}/duty-reports/{people['voted'].cadre.id}", json={"text": "x"},
                        headers={"If-Match": '"1"'})]

    for stranger in ("neighbour", "other_township"):
        assert [one.status_code for one in tries(as_user(people[stranger]))] == [404] * 6
    assert [one.status_code for one in tries(as_user(people["colleague"]))] == [403] * 5 + [404]
    assert [one.status_code for one in tries(client)] == [401] * 6
    assert as_user(people["neighbour"]).post(VOTES, json=vote_body(county, people["voted"])).status_code == 404


def test_a_vote_changes_by_its_version_until_the_counting_opens(as_user, county, people, prepared):
    vote, client = prepared(), as_user(people["township"])
    path = f"{VOTES}/{vote['id']}"
    body = patch_body(vote_body(county, people["voted"], people["also_voted"]), tellers=["赵六", "李四"])
    assert client.patch(path, json=body).status_code == 428
    assert client.patch(path, json=body, headers={"If-Match": '"7"'}).status_code == 412
    changed = client.patch(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert [one["name"] for one in changed.json["tellers"]] == ["赵六", "李四"]
    assert [one["cadre"]["name"] for one in changed.json["subjects"]] == ["王伟", "李娜"]
    client.post(f"{path}/countings")
    assert reason(client.patch(path, json=body, headers={"If-Match": '"3"'})) == (409, "vote_state")


def test_a_change_keeps_the_reports_of_those_who_stay(as_user, county, people, prepared):
    vote, client = prepared(), as_user(people["committee"])
    write(client, vote, people["voted"], "一年来")
    body = patch_body(vote_body(county, people["voted"], people["also_voted"]))
    changed = client.patch(f"{VOTES}/{vote['id']}", json=body, headers={"If-Match": '"1"'}).json
    assert [one["duty_report"] for one in changed["subjects"]] == ["一年来", None]
    body = patch_body(vote_body(county, people["also_voted"]))
    left = client.patch(f"{VOTES}/{vote['id']}", json=body, headers={"If-Match": '"2"'}).json
    assert [one["cadre"]["name"] for one in left["subjects"]] == ["李娜"]


@pytest.mark.parametrize(("present", "status"), [(2, 409), (6, 200)])      # 10 of 15 have to come, 4 are there
def test_without_a_quorum_no_counting_opens(as_user, people, prepared, present, status):
    vote = prepared(groups=[{"voters": "committee_members", "expected": 5, "present": 4},
                            {"voters": "party_members", "expected": 10, "present": present}])
    answer = as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/countings")
    assert (answer.status_code, answer.json.get("reason")) == (status, "vote_quorum" if status == 409 else None)


def test_a_meeting_to_come_is_not_counted_yet(as_user, people, prepared):
    vote = prepared(held_on="2026-11-21")
    answer = as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/countings")
    assert reason(answer) == (409, "vote_to_come")


def test_codes_are_told_once_and_made_anew_when_asked_again(as_user, client, people, prepared):
    vote, holder = prepared(), as_user(people["committee"])
    old, new = (holder.post(f"{VOTES}/{vote['id']}/countings").json["tellers"] for _ in range(2))
    assert [(one["number"], one["name"]) for one in old] == [(1, "张三"), (2, "李四")]
    assert "".join(old[0]["code_groups"]) == code_in(old[0]) and old[0]["url"].startswith("http://localhost/tally/#")
    assert old[0]["qr_svg_data_uri"].startswith("data:image/svg+xml")
    answers = [client.post(PAPERS, json={"code": code_in(one)}).status_code for one in (*old, *new)]
    assert answers == [404, 404, 200, 200]
    # A phone that took a picture of it types what stands there, in its own way.
    assert client.post(PAPERS, json={"code": " ".join(new[0]["code_groups"]).lower()}).status_code == 200
    assert code_in(new[0]) not in as_user(people["committee"]).get(f"{VOTES}/{vote['id']}").get_data(as_text=True)


def write(client, vote, cadre, text, version=1):
    return client.put(f"{VOTES}/{vote['id']}/duty-reports/{cadre.cadre.id}", json={"text": text},
                      headers={"If-Match": f'"{version}"'})


def test_a_duty_report_is_written_by_the_cadre_or_whoever_holds_the_vote(as_user, people, prepared):
    vote, voted = prepared(people["voted"], people["also_voted"]), people["voted"]
    written = write(as_user(voted), vote, voted, "一年来走访 60 户")
    assert (written.status_code, written.headers["ETag"]) == (200, '"2"')
    assert written.json["subjects"][0]["duty_report"] == "一年来走访 60 户"
    assert write(as_user(voted), vote, voted, "一年来走访 60 户").status_code == 200       # the answer was lost
    assert write(as_user(voted), vote, voted, "别的").status_code == 412
    assert write(as_user(people["committee"]), vote, voted, "一年来走访 61 户", version=2).status_code == 200
    # A colleague who is voted on too neither reads nor writes it.
    assert write(as_user(people["also_voted"]), vote, voted, "坏话", version=3).status_code == 404
    other = as_user(people["also_voted"]).get(f"{VOTES}/{vote['id']}").json["subjects"]
    assert [one["duty_report"] for one in other] == [None]


def test_a_report_that_the_voters_heard_stays_as_it_was(as_user, people, prepared):
    vote, holder = prepared(people["voted"], people["also_voted"]), as_user(people["committee"])
    write(holder, vote, people["voted"], "一年来")
    holder.post(f"{VOTES}/{vote['id']}/countings")
    late = write(as_user(people["voted"]), vote, people["voted"], "更好", version=2)
    assert reason(late) == (409, "duty_report_given")
    assert write(holder, vote, people["also_voted"], "后来补上的").status_code == 200
    may = [one["may_report"] for one in holder.get(f"{VOTES}/{vote['id']}").json["subjects"]]
    assert may == [False, False]


def test_a_vote_goes_its_way_and_each_step_may_be_sent_twice(as_user, people, agreed):
    id, holder = agreed()["id"], as_user(people["committee"])
    sent = from_a_camera()
    signed = {"signed_on": TODAY, "minutes": "会议记录", "photos": [sha256(sent)]}
    steps = (("readings", None, "read_out"), ("signatures", signed, "signed"))
    for name, body, state in steps:
        answers = [holder.post(f"{VOTES}/{id}/{name}", json=body) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200] and answers[0].json == answers[1].json
        assert answers[0].json["state"] == state
    vote = holder.get(f"{VOTES}/{id}").json
    assert (vote["signed_on"], vote["minutes"], vote["photos"][0]["sha256"]) == (TODAY, "会议记录", sha256(sent))
    assert reason(holder.post(f"{VOTES}/{id}/signatures", json={**signed, "minutes": "改"})) == (409, "vote_state")
    holder.put(f"/api/v1/photos/{sha256(sent)}", data=sent, content_type="image/jpeg")
    photo = {who: as_user(person).get(f"/api/v1/photos/{sha256(sent)}/thumb").status_code
             for who, person in people.items()}
    assert {who for who, status in photo.items() if status == 200} == {"committee", "township", "county"}


@pytest.mark.parametrize(("signed_on", "expected"), [
    ("2026-11-19", "vote_signed_when"), ("2026-11-21", "vote_signed_when")])
def test_minutes_carry_a_day_that_can_be(as_user, people, agreed, signed_on, expected):
    id, holder = agreed()["id"], as_user(people["committee"])
    early = holder.post(f"{VOTES}/{id}/signatures", json={"signed_on": TODAY})
    assert reason(early) == (409, "vote_state")
    holder.post(f"{VOTES}/{id}/readings")
    assert reason(holder.post(f"{VOTES}/{id}/signatures", json={"signed_on": signed_on})) == (422, expected)


def test_an_annulled_vote_shows_no_number_and_its_codes_are_void(as_user, client, people, agreed, opened):
    id, holder = agreed()["id"], as_user(people["committee"])
    for _ in range(2):
        gone = holder.post(f"{VOTES}/{id}/annulments", json={"reason": "人数报错了"})
        assert (gone.status_code, gone.json["state"], gone.json["annulled_reason"]) == (200, "annulled", "人数报错了")
    assert (gone.json["ballots"], gone.json["subjects"][0]["result"]) == (None, None)
    vote, codes = opened()
    holder.post(f"{VOTES}/{vote['id']}/annulments", json={"reason": "重开"})
    assert reason(client.post(PAPERS, json={"code": codes[0]})) == (404, "teller_code")
    late = client.post(COUNTS, json=count_body(codes[0], subject_count(people["voted"])))
    assert reason(late) == (404, "teller_code")


def test_what_was_signed_is_annulled_from_above_only(as_user, people, agreed):
    id, holder, above = agreed()["id"], as_user(people["committee"]), as_user(people["township"])
    holder.post(f"{VOTES}/{id}/readings")
    assert holder.post(f"{VOTES}/{id}/signatures", json={"signed_on": TODAY}).json["may_annul"] is False
    assert reason(holder.post(f"{VOTES}/{id}/annulments", json={"reason": "不要"})) == (403, "vote_signed")
    assert above.post(f"{VOTES}/{id}/annulments", json={"reason": "程序不对"}).status_code == 200


def test_an_assessment_gets_what_was_signed_and_nothing_before(as_user, county, people, agreed):
    id, holder, cadre = agreed()["id"], as_user(people["committee"]), people["voted"].cadre.id

    def results():
        return results_of(county.session, cadre_ids=[cadre], first=date(2026, 1, 1), last=date(2026, 12, 31))

    holder.post(f"{VOTES}/{id}/readings")
    assert results() == []
    holder.post(f"{VOTES}/{id}/signatures", json={"signed_on": TODAY})
    [found] = results()
    assert (found["cadre_id"], str(found["vote_id"]), found["ballots"]["valid"]) == (cadre, id, 10)
    assert found["result"]["overall"][0] == {"grade": "excellent", "numerator": 5, "denominator": 10, "rate": 0.5}


def test_the_log_tells_the_course_and_no_number_of_a_count(as_user, county, people, agreed):
    vote = agreed()
    as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/readings")
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"vote:{vote['id']}")
                                     .order_by(AuditEntry.number)).all()
    assert [one.action for one in entries] == ["vote.entered", "vote.counting_opened", "vote.counted", "vote.read_out"]
    assert entries[2].details == {"village": county.villages["A1"].code, "round": 1} and entries[2].user_id is None


def test_lists_are_narrowed_and_reach_no_further(as_user, county, people, prepared):
    old, new = prepared(held_on="2026-10-01"), prepared()
    client = as_user(people["township"])

    def ids(query=""):
        return [one["id"] for one in client.get(f"{VOTES}{query}").json["assessed_votes"]]

    assert ids() == ids("?state=prepared") == ids(f"?division={county.villages['A1'].code}") == [new["id"], old["id"]]
    assert ids(f"?division={county.villages['A2'].code}") == ids("?state=signed") == []
    assert ids("?page=2&page_size=1") == [old["id"]]
    assert client.get(f"{VOTES}?division={county.townships['B'].code}").status_code == 404


def test_a_list_asks_the_same_few_questions_whatever_its_length(as_user, people, prepared, connection, county):
    client, counts = as_user(people["committee"]), []
    for _ in range(2):
        for _ in range(3):
            prepared(people["voted"], people["also_voted"])
        county.session.commit()
        counts.append(statements_of(connection, lambda: client.get(VOTES)))
    assert counts[0] == counts[1] <= 14


def test_two_at_once_are_one(own_county, make_app, own_database):
    holder, voted = own_county.person("village", own_county.villages["A1"]), own_county.cadre("A1")
    token = {"Authorization": f"Bearer {own_county.token(holder)}"}
    own_county.session.commit()
    app = make_app(own_database)
    body = vote_body(own_county, voted, held_on=str(own_county.now.date() - timedelta(days=1)))

    def send(path, json=None, **headers):
        return app.test_client().post(path, json=json, headers=headers)

    answers = in_parallel([lambda: send(VOTES, body, **token)] * 3)
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    opened = send(f"{VOTES}/{body['id']}/countings", **token).json["tellers"]
    codes = [code_in(one) for one in opened]
    # Twice the same of one teller in flight, and two different ones of the other.
    same = count_body(codes[0], subject_count(voted))
    twins = in_parallel([lambda: send(COUNTS, same)] * 3)
    assert sorted(one.status_code for one in twins) == [200, 200, 201]
    others = [count_body(codes[1], subject_count(voted, (4, 4, 1, 0))) for _ in range(3)]
    found = in_parallel([lambda one=one: send(COUNTS, one) for one in others])
    assert sorted(reason(one) for one in found if one.status_code != 201) == [
        (409, "count_round"), (409, "count_round")]
    assert [one.json for one in found if one.status_code == 201] == [{"state": "differs"}]
    # Both tellers at the same moment, in round 2: one waits, the other hears that they agree.
    again = [count_body(code, subject_count(voted), round=2) for code in codes]
    ends = in_parallel([lambda one=one: send(COUNTS, one) for one in again])
    assert sorted((one.status_code, one.json["state"]) for one in ends) == [(201, "agreed"), (201, "waiting")]
    late = send(COUNTS, {**again[0], "id": str(uuid4())})
    assert reason(late) == (409, "counted_already")
    own_county.session.rollback()
    kept = own_county.session.execute(select(TellerCount.round, TellerCount.number).order_by(
        TellerCount.round, TellerCount.number)).all()
    assert [tuple(one) for one in kept] == [(1, 1), (1, 2), (2, 1), (2, 2)]
