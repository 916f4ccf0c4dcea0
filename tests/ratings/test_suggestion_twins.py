"""The suggestion box when two things happen at the same moment, and its nightly work by the command."""

from uuid import uuid4

from click.testing import CliRunner
from sqlalchemy import func, select

from api.cli import cli
from api.ratings.codes_rules import RECEIPT, code_hash
from api.ratings.codes_service import new_code
from api.ratings.suggestion_models import Suggestion, SuggestionStep
from api.sealing import Keyring
from tests.county import County
from tests.parallel import in_parallel
from tests.ratings.test_suggestions import TODAY, body


def in_box(county, receipt=None, **details):
    """A suggestion as the tables hold it; answers its id."""
    one = Suggestion(**{
        "id": uuid4(), "division_id": county.villages["A1"].id, "kind": "complaint", "about": "village",
        "text": "路灯坏了", "state": "received", "receipt_hash": code_hash(receipt or new_code(RECEIPT)),
        "received_on": TODAY, "content_hash": b"test", **details})
    county.session.add(one)
    county.session.commit()
    return one.id


def test_the_same_suggestion_twice_at_once_is_kept_once(own_county, make_app, own_database):
    app, sent = make_app(own_database), body(own_county)
    own_county.session.commit()

    def send():
        return app.test_client().post("/api/v1/suggestions", json=sent).status_code

    assert sorted(in_parallel([send] * 4)) == [200, 200, 200, 201]
    assert own_county.session.scalar(select(func.count()).select_from(Suggestion)) == 1


def test_one_receipt_for_two_at_once_is_kept_for_one(own_county, make_app, own_database):
    app, receipt = make_app(own_database), new_code(RECEIPT)
    sent = [body(own_county, receipt=receipt) for _ in range(2)]
    own_county.session.commit()
    answers = in_parallel([lambda one=one: app.test_client().post("/api/v1/suggestions", json=one).status_code
                           for one in sent])
    assert sorted(answers) == [201, 409]


def test_a_step_twice_at_once_also_one_that_takes_it_out_of_sight(own_county, make_app, own_database):
    person = own_county.person("supervisor", own_county.townships["A"])
    headers = {"Authorization": f"Bearer {own_county.token(person)}"}
    app = make_app(own_database)
    for details in ({"step": "accept"}, {"step": "reclassify", "about": "person", "about_whom": "村会计"}):
        id, sent = in_box(own_county), {"id": str(uuid4()), **details}

        def send(id=id, sent=sent):
            return app.test_client().post(f"/api/v1/suggestions/{id}/steps", json=sent, headers=headers).status_code

        assert sorted(in_parallel([send] * 3)) == [200, 200, 201]
    assert own_county.session.scalar(select(func.count()).select_from(SuggestionStep)) == 2


def test_of_two_appeals_at_once_one_is_made(own_county, make_app, own_database):
    app, receipt = make_app(own_database), new_code(RECEIPT)
    in_box(own_county, receipt, state="answered", appeal_until=TODAY)

    def send():
        return app.test_client().post("/api/v1/suggestion-receipts/appeals", json={
            "id": str(uuid4()), "receipt": receipt, "text": "没有解决问题"}).status_code

    assert sorted(in_parallel([send] * 3)) == [201, 409, 409]


def test_the_nightly_command_closes_and_forgets(own_county, own_database, monkeypatch, tmp_path):
    monkeypatch.setenv("ZHUCUN_COUNTY", County.CODE)
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("ZHUCUN_VAR", str(tmp_path))
    id, ring = uuid4(), Keyring.of({"VAR": str(tmp_path)})
    key_id, sealed = ring.seal("{}", table="suggestions", column="contact", row=id)
    in_box(own_county, id=id, state="closed", closed_on=TODAY.replace(year=2020), sealed_contact=sealed,
           contact_key_id=key_id)
    open_one = in_box(own_county, state="declined", appeal_until=TODAY.replace(year=2020))
    own_county.session.commit()
    result = CliRunner().invoke(cli, ["seal-again", "--new-key"])
    assert (result.exit_code, "1 contacts of the suggestion box" in result.output) == (0, True), result.output
    result = CliRunner().invoke(cli, ["retention"])
    assert (result.exit_code, "contacts of 1 suggestions" in result.output) == (0, True), result.output
    own_county.session.expire_all()
    assert own_county.session.get(Suggestion, id).sealed_contact is None
    assert own_county.session.get(Suggestion, open_one).state == "closed"
    assert "contacts of" not in CliRunner().invoke(cli, ["retention"]).output
