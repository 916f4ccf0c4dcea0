"""Reports: they write themselves from the records, follow them until edited, stay as submitted, private before."""

from datetime import date
from uuid import uuid4

import pytest

from api.diary.meeting_models import Report, ReportChange
from api.diary.reports_rules import report_id
from tests.diary.report_data import make_round, sit_in, write_diary
from tests.parallel import in_parallel

THIRD, EIGHTEENTH = date(2026, 11, 3), date(2026, 11, 18)


@pytest.fixture
def zhang(county):
    return county.cadre("A1", name="张三")


def address(person, first_on=THIRD, kind="meeting") -> str:
    return f"/api/v1/reports/{report_id(person.cadre.id, kind, first_on)}"


def edit(client, path, version, **parts):
    return client.patch(path, json={"id": str(uuid4()), **parts}, headers={"If-Match": f'"{version}"'})


def submit(client, path, id=None):
    return client.post(f"{path}/submissions", json={"id": id or str(uuid4())})


def test_a_month_lists_what_there_is_to_report_on(as_user, county, zhang):
    listed = as_user(zhang).get("/api/v1/reports?month=2026-11").json["reports"]
    assert [(one["kind"], one["first_on"], one["last_on"], one["due_on"], one["state"], one["version"])
            for one in listed] == [
        ("meeting", "2026-11-18", "2026-12-02", "2026-12-03", "draft", 0),
        ("month", "2026-11-01", "2026-11-30", None, "draft", 0),
        ("day", "2026-11-20", "2026-11-20", None, "draft", 0),
        ("meeting", "2026-11-03", "2026-11-17", "2026-11-18", "draft", 0),
        ("meeting", "2026-10-18", "2026-11-02", "2026-11-03", "draft", 0)]
    # The 18th of October was a Sunday: held on the 19th, its period as ever.
    october = as_user(zhang).get("/api/v1/reports?month=2026-10").json["reports"]
    assert ("2026-10-03", "2026-10-17", "2026-10-19") in [
        (one["first_on"], one["last_on"], one["due_on"]) for one in october]
    assert county.session.query(Report).count() == 0


def test_a_draft_is_written_from_days_visits_concerns_and_diary(as_user, county, zhang):
    for day in (4, 5, 10):
        county.check_in(zhang, date(2026, 11, day))
    county.check_in(zhang, date(2026, 11, 11), metres_north=9000)
    needy, other = county.household(labels=("needy",)), county.household(group="二组")
    county.household(labels=("needy",))
    make_round(county, zhang, date(2026, 11, 4), needy, other)
    make_round(county, zhang, date(2026, 11, 5), needy)
    make_round(county, zhang, date(2026, 11, 5), county.household(), manner="not_home")
    make_round(county, zhang, date(2026, 11, 18), county.household())
    county.concern(zhang, day=date(2026, 11, 5), text="井水浑\n三户都这样")
    sit_in(county, zhang, date(2026, 11, 6))
    write_diary(county, zhang, date(2026, 11, 10), "开院坝会，讲低保政策", submitted=county.now)
    write_diary(county, zhang, date(2026, 11, 12), "心里话")
    answer = as_user(zhang).get(address(zhang))
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"0"')
    assert answer.json == {
        "id": str(report_id(zhang.cadre.id, "meeting", THIRD)), "cadre": {"id": zhang.cadre.id, "name": "张三"},
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "kind": "meeting",
        "first_on": "2026-11-03", "last_on": "2026-11-17", "due_on": "2026-11-18", "state": "draft", "version": 0,
        "submitted_at": None, "is_late": False, "edited": [],
        "situation": "11月3日至11月17日在村3天。另有1天等村里确认（11月11日）。走访农户2户，涉及2个村民小组，其中困难户1户。"
                     "1户没在家。坐诊接待1次。记下群众反映1件，办结或说明0件。主要工作：政策宣传。\n11月10日：开院坝会，讲低保政策",
        "problems": "1. A1村：井水浑（12月5日前办）", "suggestions": "",
        "plan": "走访本季度还没走到的2户，先走其中1户困难户。\n再去上次没在家的1户。"}


def test_whoever_went_along_reports_the_visit_too_and_an_annulled_one_is_nobodys(as_user, county, zhang):
    li = county.cadre("A1", name="李四")
    make_round(county, zhang, THIRD, county.household(), joined=li)
    annulled = make_round(county, li, THIRD, county.household())
    county.session.execute(
        annulled.metadata.tables["visits"].update().values(annulled_at=county.now, annulled_because="记错")
        .where(annulled.metadata.tables["visits"].c.round_id == annulled.id))
    for person in (zhang, li):
        assert "走访农户1户" in as_user(person).get(address(person)).json["situation"]


def test_what_a_predecessor_or_the_village_left_open_stands_in_the_successors_report(as_user, county, zhang):
    gone, colleague = county.cadre("A1", to_on=date(2026, 11, 9)), county.cadre("A1")
    county.concern(gone, day=date(2026, 11, 4), text="前任记的")
    county.concern(colleague, day=date(2026, 11, 5), text="同事记的")
    county.concern(gone, "A2", day=date(2026, 11, 6), text="别村的")
    problems = as_user(zhang).get(address(zhang)).json["problems"]
    assert problems == "1. A1村：前任记的（12月4日前办）"
    assert "前任记的" in as_user(colleague).get(address(colleague)).json["problems"]


def test_what_is_edited_stays_and_the_rest_follows_the_records(as_user, county, zhang):
    client, path = as_user(zhang), address(zhang)
    edited = edit(client, path, 0, problems="没有问题", plan="走访二组")
    assert (edited.status_code, edited.headers["ETag"], edited.json["edited"]) == (200, '"1"', ["problems", "plan"])
    county.check_in(zhang, date(2026, 11, 4))
    county.concern(zhang, day=date(2026, 11, 5))
    county.session.commit()
    again = client.get(path).json
    assert again["situation"].startswith("11月3日至11月17日在村1天。")
    assert (again["problems"], again["plan"]) == ("没有问题", "走访二组")
    # A null gives the part back to the records.
    assert edit(client, path, 1, problems=None).json["problems"] == "1. A1村：井水浑（12月5日前办）"


def test_a_submitted_report_is_frozen_for_good(as_user, county, zhang):
    client, path = as_user(zhang), address(zhang)
    edit(client, path, 0, suggestions="请镇里派车")
    submitted = submit(client, path)
    assert (submitted.status_code, submitted.json["state"], submitted.json["is_late"]) == (201, "submitted", True)
    county.check_in(zhang, date(2026, 11, 4))
    county.session.commit()
    after = client.get(path).json
    assert after == submitted.json
    assert (after["situation"], after["suggestions"]) == ("11月3日至11月17日在村0天。", "请镇里派车")
    for refused in (edit(client, path, 2, plan="改"), submit(client, path)):
        assert (refused.status_code, refused.json["reason"]) == (409, "report_submitted")
    assert [(one.change, one.version, sorted(one.parts)) for one in county.session.query(ReportChange).order_by(
        ReportChange.version)] == [("edited", 1, ["suggestions"]), ("submitted", 2, [])]


def test_edits_and_submissions_that_come_twice_are_kept_once(as_user, county, zhang):
    client, path = as_user(zhang), address(zhang)
    body = {"id": str(uuid4()), "plan": "走访二组"}
    answers = [client.patch(path, json=body, headers={"If-Match": '"0"'}) for _ in range(2)]
    assert [(one.status_code, one.json["version"]) for one in answers] == [(200, 1), (200, 1)]
    other = client.patch(path, json={**body, "plan": "别的"}, headers={"If-Match": '"1"'})
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert submit(client, path, body["id"]).json["reason"] == "id_reused"
    id = str(uuid4())
    assert [submit(client, path, id).status_code for _ in range(2)] == [201, 200]


def test_an_edit_needs_the_version_that_it_was_made_on(as_user, zhang):
    client, path = as_user(zhang), address(zhang)
    assert client.patch(path, json={"id": str(uuid4()), "plan": "x"}).status_code == 428
    edit(client, path, 0, plan="第一次")
    stale = edit(client, path, 0, plan="第二次")
    assert (stale.status_code, stale.json["reason"], stale.headers["ETag"]) == (412, "stale", '"1"')
    assert edit(client, path, 1).json["reason"] == "invalid"


def test_a_draft_is_its_authors_alone_and_a_submitted_report_those_aboves(as_user, county, zhang):
    path = address(zhang)
    edit(as_user(zhang), path, 0, plan="私下想的")
    readers = {"township": county.person("supervisor", county.townships["A"]), "county": county.person("supervisor"),
               "other": county.person("supervisor", county.townships["B"]), "colleague": county.cadre("A1"),
               "committee": county.person("village", county.villages["A1"]), "admin": county.person("admin")}

    def statuses():
        return {name: as_user(person).get(path).status_code for name, person in readers.items()}

    assert statuses() == {"township": 404, "county": 404, "other": 404, "colleague": 404, "committee": 403,
                          "admin": 403}
    assert as_user(readers["township"]).get("/api/v1/submitted-reports").json["reports"] == []
    submit(as_user(zhang), path)
    assert statuses() == {"township": 200, "county": 200, "other": 404, "colleague": 404, "committee": 403,
                          "admin": 403}
    township = as_user(readers["township"])
    [listed] = township.get("/api/v1/submitted-reports?month=2026-11").json["reports"]
    assert listed == township.get(path).json
    assert township.get("/api/v1/submitted-reports?month=2026-10").json["reports"] == []
    assert as_user(readers["other"]).get("/api/v1/submitted-reports").json == {"reports": [], "next_page": None}
    assert as_user(readers["committee"]).get("/api/v1/submitted-reports").status_code == 403


def test_nobody_writes_into_somebody_elses_report_or_one_that_cannot_be(as_user, county, zhang):
    li = county.cadre("A1", from_on=date(2026, 11, 10))
    for path in (address(zhang), address(li, date(2026, 11, 4)), address(li, date(2026, 12, 3)),
                 address(li, date(2026, 10, 18)), f"/api/v1/reports/{uuid4()}"):
        assert edit(as_user(li), path, 0, plan="x").status_code == 404
        assert submit(as_user(li), path).status_code == 404
    # Who came within the period reports on it.
    assert submit(as_user(li), address(li)).status_code == 201


def test_a_stranger_reads_nothing(client):
    for path in ("reports", "submitted-reports", f"reports/{uuid4()}"):
        assert client.get(f"/api/v1/{path}").status_code == 401


def test_the_daily_line_fits_on_one(as_user, county, zhang):
    county.check_in(zhang, date(2026, 11, 20))
    make_round(county, zhang, date(2026, 11, 20), county.household(), purposes=())
    answer = as_user(zhang).get(address(zhang, date(2026, 11, 20), "day")).json
    assert answer["situation"] == "11月20日在村。走访农户1户，涉及1个村民小组。"
    zhang.user.language = "en"
    assert as_user(zhang).get(address(zhang, date(2026, 11, 20), "day")).json["situation"] == (
        "11/20: in the village. Households visited: 1, in villagers' groups: 1.")


def test_two_edits_of_one_version_in_flight_keep_one_and_refuse_the_other(own_county, make_app, own_database):
    person = own_county.cadre("A1")
    headers = {"Authorization": f"Bearer {own_county.token(person)}", "If-Match": '"0"'}
    own_county.session.commit()
    app = make_app(own_database)
    answers = in_parallel([lambda text=text: app.test_client().patch(
        address(person), json={"id": str(uuid4()), "plan": text}, headers=headers) for text in ("一", "二")])
    assert sorted(answer.status_code for answer in answers) == [200, 412]
