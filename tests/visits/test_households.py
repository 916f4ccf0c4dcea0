import json
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from api.audit import AuditEntry
from api.visits.models import HouseholdLabel, Linkage

URL = "/api/v1/households"


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [row["householder"] for row in answer.json["households"]]


def body(county, **changes) -> dict:
    return {"village_code": county.villages["A1"].code, "number": "0017", "villagers_group": "三组", "householder": "王五",
            "alive_from": "2026-01-01", **changes}


@pytest.fixture
def village_user(county):
    return county.person("village", county.villages["A1"])


def test_a_household_is_registered_and_read(as_user, county, village_user):
    client = as_user(village_user)
    made = client.post(URL, json=body(county, members=4, labels=["needy", "monitored", "needy"],
                                      absences=[{"from_on": "2026-03-01", "to_on": None}]))
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.json == {
        "id": made.json["id"], "number": "0017", "villagers_group": "三组", "householder": "王五", "initials": "ww",
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "members": 4,
        "labels": ["monitored", "needy"], "alive_from": "2026-01-01", "alive_to": None, "ended_as": None,
        "is_away": True, "absences": [{"from_on": "2026-03-01", "to_on": None}], "phone_last4": None,
        "last_visited_on": None, "version": 1}
    assert client.get(f"{URL}/{made.json['id']}").json == made.json
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "household.added"))
    assert (entry.subject, entry.details["number"]) == (f"household:{made.json['id']}", "0017")


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"number": "taken"}, 409, "household_number_taken"),
    ({"labels": ["rich"]}, 422, "unknown_term"),
    ({"alive_to": "2025-12-31", "ended_as": "moved"}, 422, "alive_reversed"),
    ({"alive_to": "2026-12-31"}, 422, "end_without_reason"),
    ({"ended_as": "moved"}, 422, "end_without_reason"),
    ({"absences": [{"from_on": "2026-03-01"}, {"from_on": "2026-04-01"}]}, 422, "periods_overlap"),
    ({"absences": [{"from_on": "2026-03-01", "to_on": "2026-02-01"}]}, 422, "period_reversed"),
    ({"village_code": "520329000000"}, 404, "division_not_found"),
    ({"village_code": "520329102201"}, 404, "division_not_found"),
    ({"id_number": "522127197001010011"}, 422, "invalid"),  # there is no field for it
])
def test_what_is_refused_is_refused_in_words(as_user, county, village_user, changes, status, reason):
    county.household("A1", number="taken")
    answer = as_user(village_user).post(URL, json=body(county, **changes))
    assert (answer.status_code, answer.json["reason"]) == (status, reason)


def test_a_household_ends_with_the_links_to_it_and_may_be_corrected(as_user, county, village_user):
    household, cadre = county.household("A1", "张三"), county.cadre("A1")
    county.session.add(Linkage(cadre_id=cadre.cadre.id, household_id=household.id, kind="link",
                               from_on=date(2026, 1, 1)))
    county.session.flush()
    client, url = as_user(village_user), f"{URL}/{household.id}"
    ended = client.patch(url, json={"alive_to": "2026-11-10", "ended_as": "moved"}, headers={"If-Match": '"1"'})
    assert (ended.status_code, ended.json["ended_as"], ended.headers["ETag"]) == (200, "moved", '"2"')
    assert county.session.scalar(select(Linkage.to_on)) == date(2026, 11, 10)
    assert names(client.get(URL)) == []
    assert names(client.get(f"{URL}?state=ended")) == names(client.get(f"{URL}?state=all")) == ["张三"]
    back = client.patch(url, json={"alive_to": None, "ended_as": None, "householder": "李四"},
                        headers={"If-Match": 'W/"2"'})
    assert (back.json["initials"], back.json["alive_to"]) == ("ls", None)
    assert client.patch(url, json={"members": 3}, headers={"If-Match": '"2"'}).status_code == 412
    assert client.patch(url, json={"members": 3}).status_code == 428
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "household.changed")).all()
    assert [entry.details["changed"] for entry in entries] == [
        ["alive_to", "ended_as"], ["alive_to", "ended_as", "householder"]]


def test_a_retired_label_stays_with_whoever_bears_it(as_user, county, village_user):
    household = county.household("A1", labels=("needy",))
    admin = as_user(county.person("admin"))
    [needy] = [term for term in admin.get("/api/v1/terms?dictionary=label").json["terms"] if term["key"] == "needy"]
    admin.patch(f"/api/v1/terms/{needy['id']}", json={"is_retired": True}, headers={"If-Match": '"1"'})
    client = as_user(village_user)
    kept = client.patch(f"{URL}/{household.id}", json={"labels": ["needy", "monitored"]}, headers={"If-Match": '"1"'})
    assert (kept.status_code, kept.json["labels"]) == (200, ["monitored", "needy"])
    refused = client.post(URL, json=body(county, labels=["needy"]))
    assert (refused.status_code, refused.json["reason"]) == (422, "unknown_term")


def test_who_sees_and_keeps_which_households(as_user, county):
    for name in ("A1", "A2", "B1", "B2"):
        county.household(name, householder=name)
    cadre = county.cadre("A1", further=("A2",))
    linked = county.household("B2", householder="联系户")
    county.session.add_all([
        Linkage(cadre_id=cadre.cadre.id, household_id=linked.id, kind="link", from_on=date(2026, 1, 1)),
        Linkage(cadre_id=cadre.cadre.id, household_id=county.household("B1", "张三").id, kind="link",
                from_on=date(2026, 1, 1), to_on=date(2026, 11, 19))])
    county.session.flush()
    seen = {
        "cadre": (cadre, {"A1", "A2", "联系户"}),
        "gone": (county.cadre("A1", to_on=date(2026, 11, 19)), set()),
        "village": (county.person("village", county.villages["B1"]), {"B1", "张三"}),
        "township": (county.person("supervisor", county.townships["A"]), {"A1", "A2"}),
        "administrator": (county.person("admin", county.townships["B"]), {"B1", "B2", "联系户", "张三"}),
        "county": (county.person("supervisor"), {"A1", "A2", "B1", "B2", "联系户", "张三"}),
    }
    for who, (person, expected) in seen.items():
        assert set(names(as_user(person).get(URL))) == expected, who
    for person in (county.person("auditor"), county.person("discipline"), county.person()):
        assert as_user(person).get(URL).status_code == 403
    # A cadre reads the register, and does not keep it; a stranger does not even learn that a household is there.
    client = as_user(cadre)
    assert client.get(f"{URL}/{linked.id}").status_code == 200
    assert client.patch(f"{URL}/{linked.id}", json={"members": 1}, headers={"If-Match": '"1"'}).status_code == 403
    assert names(client.get(f"{URL}?linked=true")) == ["联系户"]
    stranger = as_user(county.person("village", county.villages["A2"]))
    assert stranger.get(f"{URL}/{linked.id}").status_code == 404
    assert stranger.patch(f"{URL}/{linked.id}", json={"members": 1}, headers={"If-Match": '"1"'}).status_code == 404


def test_the_list_is_narrowed_and_sorted(as_user, county, village_user):
    made = {
        "曾祥": county.household("A1", householder="曾祥", initials="zx", number="2", group="一组"),
        "张三": county.household("A1", householder="张三", initials="zs", number="10", group="一组", labels=("needy",)),
        "张%": county.household("A1", householder="张%", initials="z", number="1", group="二组"),
        "李四": county.household("A1", householder="李四", initials="ls", number="3", group="二组"),
    }
    made["张三"].last_visited_on = made["曾祥"].last_visited_on = date(2026, 5, 1)
    made["李四"].last_visited_on = date(2026, 4, 1)
    county.session.flush()
    client = as_user(village_user)
    for query, expected in {
        "": ["张%", "曾祥", "李四", "张三"],  # as the register: 10 after 3
        "q=z": ["张%", "曾祥", "张三"],
        "q=ZS": ["张三"],
        "q=%E5%BC%A0": ["张%", "张三"],
        "q=%25": ["张%"],
        "q=_": [],
        "q=10": ["张三"],
        "group=%E4%BA%8C%E7%BB%84": ["张%", "李四"],
        "label=needy": ["张三"],
        "unvisited_first=true": ["张%", "李四", "张三", "曾祥"],
        f"division={county.townships['A'].code}": ["张%", "曾祥", "李四", "张三"],
        f"division={county.townships['B'].code}": [],
    }.items():
        assert names(client.get(f"{URL}?{query}")) == expected, query
    page = client.get(f"{URL}?page=2&page_size=3")
    assert (names(page), json.loads(page.headers["X-Pagination"])) == (
        ["张三"], {"total": 4, "total_pages": 2, "page": 2})
    assert client.get(f"{URL}?page_size=501").status_code == 422
    groups = client.get(f"/api/v1/household-groups?village={county.villages['A1'].code}")
    assert groups.json == {"groups": [{"name": "一组", "households": 2}, {"name": "二组", "households": 2}]}
    assert client.get(f"/api/v1/household-groups?village={county.villages['A2'].code}").status_code == 404


def test_a_page_takes_the_same_questions_whatever_its_length(as_user, county, connection, village_user):
    client, asked = as_user(village_user), []
    for number in range(12):
        county.household("A1", number=str(number), labels=("needy",), away=((date(2026, 1, 1), None),))
    county.session.commit()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get(f"{URL}?page_size=1")
    short = len(asked)
    assert len(names(client.get(f"{URL}?page_size=12"))) == 12
    assert len(asked) - short == short <= 8


def test_a_period_away_covers_both_its_days(as_user, county, village_user):
    today = county.now.date()
    county.household("A1", householder="今天回", away=((today - timedelta(days=9), today),))
    county.household("A1", householder="昨天回", away=((today - timedelta(days=9), today - timedelta(days=1)),))
    county.household("A1", householder="今天走", away=((today, None),))
    rows = as_user(village_user).get(URL).json["households"]
    assert {row["householder"]: row["is_away"] for row in rows} == {"今天回": True, "昨天回": False, "今天走": True}


def test_the_dictionaries_are_the_county_administrators(as_user, county):
    admin, township = as_user(county.person("admin")), as_user(county.person("admin", county.townships["A"]))
    word = {"dictionary": "label", "key": "veteran", "zh": "退役军人", "en": "Veteran"}
    assert township.post("/api/v1/terms", json=word).json["reason"] == "county_dictionary"
    made = admin.post("/api/v1/terms", json=word)
    assert (made.status_code, made.json["position"], made.json["part"]) == (201, 8, None)
    assert admin.post("/api/v1/terms", json=word).json["reason"] == "term_taken"
    url = f"/api/v1/terms/{made.json['id']}"
    assert township.patch(url, json={"zh": "老兵"}, headers={"If-Match": '"1"'}).status_code == 403
    changed = admin.patch(url, json={"zh": "老兵", "position": 1}, headers={"If-Match": '"1"'})
    assert (changed.json["zh"], changed.json["key"], changed.json["version"]) == ("老兵", "veteran", 2)
    assert admin.patch(url, json={"zh": "老兵"}, headers={"If-Match": '"1"'}).status_code == 412
    keys = [term["key"] for term in as_user(county.cadre()).get("/api/v1/terms?dictionary=label").json["terms"]]
    assert set(keys) == {"needy", "prosperous", "lifted_out", "monitored", "minimum_living", "destitute",
                         "elderly_alone", "veteran"}
    purposes = admin.get("/api/v1/terms?dictionary=purpose").json["terms"]
    assert [sum(term["part"] == part for term in purposes) for part in ("six_roles", "six_tasks")] == [6, 6]
    assert county.session.scalars(select(HouseholdLabel)).all() == []
