"""Supervision notices at the same moment: numbers without gaps, one winner, one notice for a matter."""

from uuid import uuid4

from sqlalchemy import select

from api.contracts.notice_models import NoticeNumber, SupervisionNotice
from tests.contracts.test_notices import PATH, draft, step
from tests.parallel import in_parallel

WAITING = 6


def test_numbers_have_no_gaps_and_of_two_issuers_one_wins(own_county, make_app, own_database):
    ids = [own_county.notice(village, "reviewed").id for village in ("A1", "A2", "A1") * (WAITING // 3)]
    people = [own_county.person("supervisor", own_county.townships["A"]) for _ in range(2)]
    headers = [{"Authorization": f"Bearer {own_county.token(one)}"} for one in people]
    own_county.session.commit()
    app = make_app(own_database)

    def issue(id, who):
        def send():
            answer = app.test_client().post(f"{PATH}/{id}/steps", json=step("issued"), headers=headers[who])
            return answer.status_code, answer.json.get("number") or answer.json["reason"]
        return send

    # Each by two people at once, and all of them at once.
    results = in_parallel([issue(id, who) for id in ids for who in (0, 1)])
    won = [number for status, number in results if status == 201]
    assert sorted(won) == list(range(1, WAITING + 1))
    assert [one for one in results if one[0] != 201] == [(409, "notice_step")] * WAITING
    own_county.session.expire_all()
    kept = own_county.session.scalars(select(SupervisionNotice.number).order_by(SupervisionNotice.number)).all()
    assert kept == list(range(1, WAITING + 1))
    assert own_county.session.scalars(select(NoticeNumber.last)).all() == [WAITING]
    own_county.session.commit()


def test_the_same_step_twice_at_once_is_taken_once(own_county, make_app, own_database):
    id, person = own_county.notice(state="served").id, own_county.person("village", own_county.villages["A1"])
    headers = {"Authorization": f"Bearer {own_county.token(person)}"}
    own_county.session.commit()
    app, body = make_app(own_database), step("reported", note="清理完毕")

    def send():
        return app.test_client().post(f"{PATH}/{id}/steps", json=body, headers=headers).status_code

    assert sorted(in_parallel([send] * 3)) == [200, 200, 201]


def test_a_matter_has_one_open_notice_also_when_two_draft_at_once(own_county, make_app, own_database):
    cadre = own_county.cadre("A1")
    concern = own_county.concern(cadre, day=own_county.now.date().replace(month=1))
    concern.is_given_to_village = True
    people = [own_county.person("supervisor", own_county.townships["A"]) for _ in range(2)]
    headers = [{"Authorization": f"Bearer {own_county.token(one)}"} for one in people]
    own_county.session.commit()
    app = make_app(own_database)

    def send(who):
        body = draft(id=str(uuid4()), source_kind="overdue_concern", source_id=str(concern.id))
        return lambda: app.test_client().post(PATH, json=body, headers=headers[who]).status_code

    assert sorted(in_parallel([send(0), send(1)])) == [201, 409]
