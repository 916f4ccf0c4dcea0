"""Campaigns through the API: drafted and opened by those who ask, never by those who are asked about."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.ratings.ballot_models import BallotCount
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.codes_rules import code_of
from tests.parallel import in_parallel
from tests.ratings.rating_county import FIRST_ON, HOTLINE, LAST_ON, campaign_body, open_campaign

CAMPAIGNS = "/api/v1/rating-campaigns"


@pytest.fixture
def people(county):
    """Everybody that a campaign of the county may have to do with."""
    return {
        "asker": county.person("supervisor", name="钱主任"), "township": county.person(
            "supervisor", county.townships["A"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "committee": county.person("village", county.villages["A1"]), "cadre": county.cadre("A1"),
        "other_cadre": county.cadre("B1"), "discipline": county.person("discipline"),
        "admin": county.person("admin"), "auditor": county.person("auditor")}


@pytest.fixture
def rated(county):
    """A cadre of A1 who is also a supervisor of the county."""
    person = county.cadre("A1")
    county.grant(person, "supervisor", county.county)
    return person


@pytest.fixture
def drafted(as_user, people, county):
    def draft(**changes):
        answer = as_user(people["asker"]).post(CAMPAIGNS, json=campaign_body(county, **changes))
        assert answer.status_code == 201, answer.json
        return answer.json
    return draft


def actions(county):
    return county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("campaign.%"))
                                  .order_by(AuditEntry.id)).all()


def test_a_campaign_is_drafted_as_it_was_said(as_user, county, people):
    body = campaign_body(county)
    answer = as_user(people["asker"]).post(CAMPAIGNS, json=body)
    asked = [(question["key"], question["text"], [one["text"] for one in question["answers"]])
             for question in answer.json["questions"]]
    assert asked == [
        ("q1", "您对驻村工作队的工作满意吗？", ["满意", "基本满意", "不满意", "不了解"]),
        ("q2", "驻村干部来过您家吗？", ["来过", "没来过", "记不清"]),
        ("q3", "您反映的事情，办了吗？", ["办好了", "正在办", "没有办", "没反映过事情"])]
    assert answer.json["questions"][1]["answers"][2] == {
        "key": "cannot_remember", "text": "记不清", "is_counted": False, "is_favourable": False}
    rest = {key: value for key, value in answer.json.items() if key != "questions"}
    assert (answer.status_code, answer.headers["ETag"], rest) == (201, '"1"', {
        "id": body["id"], "division": {"code": county.CODE, "name": "余庆县", "level": "county"},
        "title": "第四季度驻村工作评议", "first_on": "2026-11-16", "last_on": "2026-11-29", "subject": "team",
        "cadre": None, "text_prompt": "还有什么想说的？", "hotline": HOTLINE, "state": "drafted", "opened_at": None,
        "closed_at": None, "least_ballots": 5, "version": 1, "may_edit": True, "may_open": True, "may_close": False,
        "may_print": False, "entered_by": {"id": people["asker"].user.id, "name": "钱主任"}})
    assert actions(county) == ["campaign.entered"]


def test_the_same_again_is_one_campaign_and_other_content_is_refused(as_user, county, people):
    body, client = campaign_body(county), as_user(people["asker"])
    first, again = (client.post(CAMPAIGNS, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    other = county.person("supervisor")
    for who, changed in ((people["asker"], {"title": "别的"}), (other, {})):
        refused = as_user(who).post(CAMPAIGNS, json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    assert actions(county) == ["campaign.entered"]


def test_own_questions_keep_their_words_and_get_keys(drafted):
    own = {"text": "路修得好不好？", "answers": [
        {"text": "好", "is_favourable": True}, {"text": "不好"}, {"text": "没走过", "is_counted": False}]}
    asked = drafted(questions=[{"text": "来过吗？", "answer_set": "visited"}, own])["questions"]
    assert [one["key"] for one in asked] == ["q1", "q2"]
    assert [one["key"] for one in asked[0]["answers"]] == ["came", "did_not_come", "cannot_remember"]
    assert asked[1]["answers"] == [
        {"key": "a1", "text": "好", "is_counted": True, "is_favourable": True},
        {"key": "a2", "text": "不好", "is_counted": True, "is_favourable": False},
        {"key": "a3", "text": "没走过", "is_counted": False, "is_favourable": False}]


QUESTION = {"text": "好不好？", "answer_set": "visited"}
TWO = [{"text": "好", "is_favourable": True}, {"text": "不好"}]
ASIDE = [{"text": "不了解", "is_counted": False}, {"text": "记不清", "is_counted": False}]


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"last_on": "2026-11-15"}, 422, "period_reversed"), ({"subject": "cadre"}, 422, "rated_cadre_missing"),
    ({"cadre_id": 1}, 422, "rated_cadre_missing"), ({"subject": "cadre", "cadre_id": 999}, 422, "rated_not_posted"),
    ({"division_code": "520329"}, 422, "invalid"), ({"division_code": "999999999999"}, 404, "division_not_found"),
    ({"questions": []}, 422, "invalid"), ({"questions": [QUESTION] * 4}, 422, "invalid"),
    ({"questions": [{"text": "好不好？"}]}, 422, "invalid"),
    ({"questions": [{**QUESTION, "answers": TWO}]}, 422, "invalid"),
    ({"questions": [{"text": "好不好？", "answers": TWO[:1]}]}, 422, "invalid"),
    ({"questions": [{"text": "好不好？", "answers": [{"text": str(n)} for n in range(6)]}]}, 422, "invalid"),
    ({"questions": [{"text": "好" * 61, "answer_set": "visited"}]}, 422, "invalid"),
    ({"questions": [{"text": "好不好？", "answers": [{"text": "好"}, {"text": "好"}]}]}, 422, "answers_alike"),
    ({"questions": [{"text": "好不好？", "answers": ASIDE}]}, 422, "question_uncounted"),
    ({"questions": [{"text": "好不好？", "answers": [{**TWO[0], "is_counted": False}, TWO[1]]}]}, 422,
     "answer_favourable_uncounted"),
    ({"text_prompt": "长" * 101}, 422, "invalid"), ({"title": ""}, 422, "invalid"),
    ({"colour": "red"}, 422, "invalid")])
def test_what_is_no_campaign(as_user, county, people, changes, status, reason):
    answer = as_user(people["asker"]).post(CAMPAIGNS, json={**campaign_body(county), **changes})
    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert county.session.scalars(select(RatingCampaign)).all() == []


@pytest.mark.parametrize(("who", "division", "status"), [
    ("asker", "county", 201), ("asker", "A", 201), ("township", "A", 201), ("township", "county", 404),
    ("other_township", "A", 404), ("committee", "A", 403), ("cadre", "A", 403), ("discipline", "county", 403),
    ("admin", "county", 403)])
def test_who_asks(as_user, county, people, who, division, status):
    above = county.county if division == "county" else county.townships[division]
    assert as_user(people[who]).post(CAMPAIGNS, json=campaign_body(county, above)).status_code == status


# Who knows of a campaign of the county while it is drafted, and once it is open.
KNOWN = [("asker", True, True), ("township", False, True), ("other_township", False, True), ("committee", False, True),
         ("cadre", False, True), ("other_cadre", False, True)]


@pytest.mark.parametrize(("who", "before", "after"), KNOWN)
def test_who_knows_of_a_campaign(as_user, county, people, drafted, who, before, after):
    campaign, client = drafted(), as_user(people[who])

    def known():
        answer = client.get(f"{CAMPAIGNS}/{campaign['id']}")
        listed = client.get(CAMPAIGNS).json["rating_campaigns"]
        assert listed == ([answer.json] if answer.status_code == 200 else [])
        return answer.status_code == 200

    assert known() is before
    assert as_user(people["asker"]).post(f"{CAMPAIGNS}/{campaign['id']}/openings").status_code == 200
    assert known() is after
    shown = client.get(f"{CAMPAIGNS}/{campaign['id']}").json
    may = {key: shown[key] for key in ("may_edit", "may_open", "may_close", "may_print")}
    assert may == {"may_edit": False, "may_open": False, "may_close": who == "asker",
                   "may_print": who in ("asker", "township", "other_township")}
    assert (shown["entered_by"] is not None) == (who == "asker")


@pytest.mark.parametrize("who", ["discipline", "admin", "auditor"])
def test_campaigns_are_nothing_for_other_offices(as_user, people, drafted, who):
    campaign = drafted()
    for path in (CAMPAIGNS, f"{CAMPAIGNS}/{campaign['id']}"):
        assert as_user(people[who]).get(path).status_code == 403


def test_a_campaign_of_another_township_is_not_there(as_user, people, county, drafted):
    campaign = as_user(people["township"]).post(
        CAMPAIGNS, json=campaign_body(county, county.townships["A"])).json
    as_user(people["township"]).post(f"{CAMPAIGNS}/{campaign['id']}/openings")
    for who in ("other_township", "other_cadre"):
        assert as_user(people[who]).get(f"{CAMPAIGNS}/{campaign['id']}").status_code == 404
        assert as_user(people[who]).get(CAMPAIGNS).json["rating_campaigns"] == []
    assert as_user(people["asker"]).get(f"{CAMPAIGNS}/{campaign['id']}").json["may_close"] is True


def test_who_was_posted_there_then_still_sees_it(as_user, county, people):
    left = county.cadre("A1", to_on=date(2026, 11, 17))
    never = county.cadre("A1", to_on=date(2026, 11, 15))
    campaign = open_campaign(county, asker=people["asker"])
    county.session.commit()
    assert as_user(left).get(f"{CAMPAIGNS}/{campaign.id}").status_code == 200
    assert as_user(never).get(f"{CAMPAIGNS}/{campaign.id}").status_code == 404


@pytest.mark.parametrize(("division", "there"), [
    ("county", True), ("A", True), ("A1", True), ("B1", False)])
def test_the_list_is_of_a_division(as_user, people, county, division, there):
    campaign = open_campaign(county, division=county.townships["A"], asker=people["asker"])
    county.session.commit()
    place = {"county": county.county, **county.townships, **county.villages}[division]
    found = as_user(people["asker"]).get(CAMPAIGNS, query_string={"division": place.code}).json["rating_campaigns"]
    assert [one["id"] for one in found] == ([str(campaign.id)] if there else [])


def test_the_list_is_by_state_and_asks_of_no_division_out_of_reach(as_user, people, county, drafted):
    drafted()
    client = as_user(people["asker"])
    assert [len(client.get(CAMPAIGNS, query_string={"state": state}).json["rating_campaigns"])
            for state in ("drafted", "open")] == [1, 0]
    elsewhere = as_user(people["township"]).get(
        CAMPAIGNS, query_string={"division": county.townships["B"].code})
    assert (elsewhere.status_code, elsewhere.json["reason"]) == (404, "division_not_found")


def test_opening_gives_every_village_a_code_and_empty_counters(as_user, county, people, drafted):
    for village in ("A1", "A1", "B1"):
        county.household(village)
    county.household("A1", alive_to=date(2026, 11, 19))
    county.session.commit()
    campaign, client = drafted(), as_user(people["asker"])
    answer = client.post(f"{CAMPAIGNS}/{campaign['id']}/openings")
    assert (answer.status_code, answer.json["state"], answer.json["opened_at"], answer.json["version"]) == (
        200, "open", "2026-11-20T02:00:00Z", 2)
    rows = {row.village_id: row for row in county.session.scalars(select(CampaignVillage))}
    assert {name: rows[village.id].households for name, village in county.villages.items()} == {
        "A1": 2, "A2": 0, "B1": 1, "B2": 0}
    codes = [row.open_code for row in rows.values()]
    assert len(set(codes)) == 4 and all(code_of(code) == code for code in codes)
    counts = county.session.scalars(select(BallotCount)).all()
    # Four villages, two ways, four and three and four answers.
    assert (len(counts), {row.count for row in counts}) == (4 * 2 * 11, {0})
    row = county.session.get(RatingCampaign, UUID(campaign["id"]))
    assert len(row.text_key) >= 32 and row.sealed_key_id == "test"
    assert actions(county) == ["campaign.entered", "campaign.opened"]
    again = client.post(f"{CAMPAIGNS}/{campaign['id']}/openings")
    assert (again.status_code, again.json) == (200, answer.json)
    assert actions(county) == ["campaign.entered", "campaign.opened"]


def test_a_campaign_about_a_cadre_reaches_the_villages_that_the_posting_covers(as_user, county, people, drafted):
    cadre = county.cadre("A2", further=("A1",), name="王干事")
    campaign = drafted(subject="cadre", cadre_id=cadre.cadre.id)
    assert campaign["cadre"] == {"id": cadre.cadre.id, "name": "王干事"}
    assert campaign["questions"][0]["text"] == "您对这位驻村干部的工作满意吗？"
    as_user(people["asker"]).post(f"{CAMPAIGNS}/{campaign['id']}/openings")
    assert set(county.session.scalars(select(CampaignVillage.village_id))) == {
        county.villages["A1"].id, county.villages["A2"].id}


@pytest.mark.parametrize(("from_on", "to_on", "status"), [
    (date(2026, 1, 1), None, 201), (date(2026, 1, 1), FIRST_ON, 201), (LAST_ON, None, 201),
    (date(2026, 1, 1), date(2026, 11, 15), 422), (date(2026, 11, 30), None, 422)])
def test_a_cadre_is_asked_about_only_while_posted(as_user, county, people, from_on, to_on, status):
    cadre = county.cadre("A1", from_on=from_on, to_on=to_on)
    body = campaign_body(county, subject="cadre", cadre_id=cadre.cadre.id)
    answer = as_user(people["asker"]).post(CAMPAIGNS, json=body)
    assert (answer.status_code, answer.json.get("reason")) == (status, None if status == 201 else "rated_not_posted")
    elsewhere = campaign_body(county, county.townships["B"], subject="cadre", cadre_id=cadre.cadre.id)
    assert as_user(people["asker"]).post(CAMPAIGNS, json=elsewhere).json["reason"] == "rated_not_posted"


def test_nobody_has_a_hand_in_what_asks_about_oneself(as_user, county, rated, drafted):
    campaign, client = drafted(), as_user(rated)
    path = f"{CAMPAIGNS}/{campaign['id']}"
    shown = client.get(path).json
    assert [shown[key] for key in ("may_edit", "may_open", "may_close", "may_print")] == [False] * 4
    edit = {key: campaign_body(county)[key] for key in ("title", "first_on", "last_on", "subject")}
    for answer in (client.post(CAMPAIGNS, json=campaign_body(county)), client.post(f"{path}/openings"),
                   client.patch(path, json=edit, headers={"If-Match": "*"}),
                   client.post(f"{path}/withdrawals", json={"reason": "不想评"})):
        assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    # Elsewhere, or about somebody else, the same person asks like any other.
    other = county.cadre("B1")
    for body in (campaign_body(county, county.townships["B"]),
                 campaign_body(county, subject="cadre", cadre_id=other.cadre.id),
                 campaign_body(county, first_on="2025-11-01", last_on="2025-11-30")):
        assert client.post(CAMPAIGNS, json=body).status_code == 201
    own = campaign_body(county, subject="cadre", cadre_id=rated.cadre.id)
    assert client.post(CAMPAIGNS, json=own).json["reason"] == "own_record"


@pytest.mark.parametrize(("who", "status"), [
    ("township", 403), ("other_township", 403), ("committee", 403), ("cadre", 403)])
def test_who_may_only_read_a_campaign_changes_nothing(as_user, county, people, who, status):
    campaign = open_campaign(county, asker=people["asker"])
    county.session.commit()
    client, path = as_user(people[who]), f"{CAMPAIGNS}/{campaign.id}"
    for answer in (client.post(f"{path}/openings"), client.post(f"{path}/withdrawals", json={"reason": "错了"})):
        assert answer.status_code == status
    assert client.post(f"{CAMPAIGNS}/{uuid4()}/openings").status_code in (403, 404)


def test_a_draft_of_others_is_not_there_for_those_below(as_user, people, drafted):
    campaign = drafted()
    for suffix, body in (("openings", None), ("withdrawals", {"reason": "错了"})):
        assert as_user(people["township"]).post(f"{CAMPAIGNS}/{campaign['id']}/{suffix}", json=body).status_code == 404


@pytest.mark.parametrize("path", [CAMPAIGNS, f"{CAMPAIGNS}/{UUID(int=1)}"])
def test_nobody_reads_campaigns_without_a_log_in(client, path):
    assert client.get(path).status_code == 401


def test_a_draft_is_edited_by_its_version_and_only_while_it_is_one(as_user, county, people, drafted):
    campaign, client = drafted(), as_user(people["asker"])
    path = f"{CAMPAIGNS}/{campaign['id']}"
    body = {"title": "改名", "first_on": "2026-11-18", "last_on": "2026-12-01", "subject": "team",
            "hotline": HOTLINE}
    assert client.patch(path, json=body).status_code == 428
    assert client.patch(path, json=body, headers={"If-Match": '"7"'}).status_code == 412
    changed = client.patch(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["title"], changed.json["version"], changed.json["questions"]) == (
        200, "改名", 2, campaign["questions"])
    assert client.patch(path, json={**body, "questions": [QUESTION]}, headers={"If-Match": '"2"'}
                        ).json["questions"][0]["text"] == "好不好？"
    client.post(f"{path}/openings")
    late = client.patch(path, json=body, headers={"If-Match": "*"})
    assert (late.status_code, late.json["reason"]) == (409, "campaign_begun")


def test_a_campaign_reaches_the_villages_of_the_day_on_which_it_opens(as_user, people, county, drafted):
    going, gone, coming = (county.villages[name] for name in ("A1", "A2", "B1"))
    # The list that takes effect next month may be imported already.
    going.valid_to, gone.valid_to, coming.valid_from = date(2026, 11, 30), date(2026, 11, 19), date(2026, 12, 1)
    campaign = drafted()
    assert as_user(people["asker"]).post(f"{CAMPAIGNS}/{campaign['id']}/openings").status_code == 200
    reached = set(county.session.scalars(select(CampaignVillage.village_id)))
    assert {going.id: going.id in reached, gone.id: gone.id in reached, coming.id: coming.id in reached} == {
        going.id: True, gone.id: False, coming.id: False}


def test_without_a_hotline_a_campaign_is_drafted_but_not_opened(app, as_user, people, county, drafted):
    campaign, client = drafted(hotline=None), as_user(people["asker"])
    path = f"{CAMPAIGNS}/{campaign['id']}"
    refused = client.post(f"{path}/openings")
    assert (campaign["hotline"], refused.status_code, refused.json["reason"]) == ("", 422, "hotline_missing")
    app.config["HOTLINE"] = "0851-24621111"
    assert client.post(f"{path}/openings").json["hotline"] == "0851-24621111"


def test_what_is_over_is_not_opened(as_user, people, drafted):
    campaign, client = drafted(first_on="2026-11-01", last_on="2026-11-19"), as_user(people["asker"])
    path = f"{CAMPAIGNS}/{campaign['id']}"
    late = client.post(f"{path}/openings")
    assert (late.status_code, late.json["reason"]) == (409, "campaign_late")
    assert client.post(f"{path}/withdrawals", json={"reason": "时间过了"}).json["state"] == "withdrawn"
    over = client.post(f"{path}/openings")
    assert (over.status_code, over.json["reason"]) == (409, "campaign_over")


def test_a_withdrawn_campaign_leaves_nothing_in_the_urn(as_user, county, people):
    campaign = open_campaign(county, asker=people["asker"])
    kept = open_campaign(county, "B1", division=county.townships["B"], asker=people["asker"])
    county.session.commit()
    client, path = as_user(people["asker"]), f"{CAMPAIGNS}/{campaign.id}"
    assert client.post(f"{path}/withdrawals", json={"reason": ""}).status_code == 422
    gone = client.post(f"{path}/withdrawals", json={"reason": "问题写错了"})
    assert (gone.status_code, gone.json["state"], gone.json["may_close"]) == (200, "withdrawn", False)
    assert client.post(f"{path}/withdrawals", json={"reason": "再来"}).json == gone.json
    county.session.expire_all()
    row = county.session.get(RatingCampaign, campaign.id)
    assert (row.text_key, row.sealed_key, row.sealed_key_id) == (None, None, None)
    assert set(county.session.scalars(select(BallotCount.campaign_id))) == {kept.id}
    told = county.session.scalars(select(AuditEntry.details).where(AuditEntry.action == "campaign.withdrawn")).all()
    assert told == [{"division": county.CODE, "title": "第四季度驻村工作评议", "reason": "问题写错了"}]
    for who in ("committee", "cadre", "township"):
        assert as_user(people[who]).get(path).status_code == 404


def test_two_desks_that_send_one_campaign_make_one(own_database, own_county, make_app):
    person, body = own_county.person("supervisor"), campaign_body(own_county)
    token = own_county.token(person)
    own_county.session.commit()
    app = make_app(own_database)

    def post():
        return app.test_client().post(CAMPAIGNS, json=body, headers={"Authorization": f"Bearer {token}"})

    answers = in_parallel([post] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["id"] for answer in answers}) == 1


def test_two_who_open_one_campaign_open_it_once(own_database, own_county, make_app):
    person, body = own_county.person("supervisor"), campaign_body(own_county)
    headers = {"Authorization": f"Bearer {own_county.token(person)}"}
    own_county.session.commit()
    app = make_app(own_database)
    app.test_client().post(CAMPAIGNS, json=body, headers=headers)
    answers = in_parallel([lambda: app.test_client().post(
        f"{CAMPAIGNS}/{body['id']}/openings", headers=headers)] * 3)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.json["opened_at"] for answer in answers}) == 1
    assert len(own_county.session.scalars(select(CampaignVillage)).all()) == 4
