"""Hand-made bad input on every field of every body, query and path: a clear 4xx, or kept and flagged; never a 5xx.

schemathesis finds faults of contract; what broke servers in the field (surrogates, integers beyond 64 bits, deep JSON)
it does not send, so that is written down here.
"""

import json
import re
from datetime import date
from uuid import uuid4

import pytest

from api.diary.reports_rules import report_id
from api.postings import accounts_service, consent_service
from api.postings.proposal_models import PlaceProposal
from api.visits import terms_service
from api.visits.models import Linkage
from tests.contracts import decided_bodies, promised_bodies
from tests.diary.report_data import make_meeting
from tests.ratings import ballot_bodies, campaign_bodies, suggestion_bodies
from tests.ratings.votes import vote_bodies
from tests.test_architecture import handlers
from tests.test_openapi import operations

UUID = "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d"
CHINESE = re.compile("[\u4e00-\u9fff]")


class Raw(str):
    """JSON text to be put into the body as it stands, since json.dumps could not write it."""


BAD = {
    "nothing": None,
    "true": True,
    "a list": [],
    "a list of itself": [[[[]]]],
    "an object": {},
    "an object with a number for a name": {"1": 1},
    "no text": "",
    "text": "999",
    "formula": "=1+1",
    "quote": "';--",
    "percent": "%",
    "zero": 0,
    "minus one": -1,
    "a fraction": 0.5,
    "out of range": 181,
    "beyond 32 bits": 2**31,
    "beyond 64 bits": 2**63,
    "beyond all bits": 10**30,
    "5,000 digits": Raw("9" * 5000),
    "1e400": Raw("1e400"),
    "NaN": Raw("NaN"),
    "infinity": Raw("Infinity"),
    "minus infinity": Raw("-Infinity"),
    "a lone surrogate": Raw('"a\\ud800"'),
    "NUL": Raw('"a\\u0000b"'),
    "a control character": Raw('"\\u0007"'),
    "a long text": "村" * 5_000,
    "right to left": "\u202e村",
    "emoji": "👩\u200d🌾",
    "naive time": "2026-11-20T09:00:00",
    "year 1 at +08:00": "0001-01-01T00:00:00+08:00",
    "year 9999 at -08:00": "9999-12-31T23:59:59-08:00",
    "year 10000": "10000-01-01T00:00:00Z",
    "a day that is none": "2026-02-30",
    "the nil UUID": "00000000-0000-0000-0000-000000000000",
    "a UUID in braces": "{0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d}",
}
# What schemas let through or what the two databases hold differently: enough for the second database.
REACHES_THE_DATABASE = (
    "no text", "formula", "quote", "percent", "beyond 32 bits", "beyond 64 bits", "5,000 digits", "1e400", "NUL",
    "a lone surrogate", "a control character", "right to left", "emoji", "year 1 at +08:00", "year 9999 at -08:00")
DEEP = "[" * 100_000 + "]" * 100_000


def term_id(county) -> int:
    return terms_service.terms_of(county.session, "label")[0].id


def linkage_id(county, person, household) -> int:
    linkage = Linkage(cadre_id=person.cadre.id, household_id=household.id, kind="key", from_on=county.now.date())
    county.session.add(linkage)
    county.session.flush()
    return linkage.id


def contract_bodies(county) -> dict:
    """The same for contracts: one in its framework, with an item."""
    contract = county.contract("A1", state="framework", items=[{}])
    path, revision = f"/api/v1/contracts/{contract.id}", str(county.contract_revision(contract).id)
    item = {"dimension": "economy", "text": "修水渠", "standard": "通水", "target": 2.5, "unit": "公里",
            "due_on": "2026-12-20", "responsible": "李支书", "quarters": [{"amount": 2.5, "text": "全线"}] * 4,
            "is_major": False, "is_imposed": True, "legal_basis": "县委文件"}
    return {
        ("POST", "/api/v1/contracts"): ("supervisor", {
            "id": UUID, "village_code": county.villages["A2"].code, "kind": "yearly", "first_on": "2026-01-01",
            "last_on": "2026-12-31", "term_contract_id": None}),
        ("POST", f"{path}/revisions"): ("supervisor", {"id": UUID, "reason": "目标偏低"}),
        ("POST", f"{path}/items"): ("supervisor", {"id": UUID, "revision_id": revision, **item}),
        ("PATCH", f"/api/v1/commitment-items/{county.contract_items(contract)[0].id}"): ("supervisor", item),
        ("POST", f"{path}/steps"): ("village", {
            "id": UUID, "revision_id": revision, "step": "deliberated", "note": "同意", "photos": [],
            "details": {"held_on": "2026-11-18", "entitled": 30, "present": 25, "in_favour": 23, "against": 1,
                        "abstained": 1, "minutes": "逐条审议"}}),
        ("POST", f"{path}/reviews"): ("village", {
            "id": UUID, "revision_id": revision, "body": "branch", "reviewer": "李支书", "is_agreed": True,
            "opinion": "同意"}),
        ("PUT", f"/api/v1/village-sizes/{county.villages['A1'].code}/2026"): ("supervisor", {"households": 412}),
    }


def good_bodies(county) -> dict:
    """(method, path) -> (role, a body that is accepted or refused by a rule only)."""
    person, position = county.cadre(None), {"latitude": 27.2254, "longitude": 107.8879, "accuracy_m": 20.0,
                                            "datum": "wgs84"}
    village, user = county.villages["A1"].code, county.person()
    evidence = county.check_in(county.cadre("A1"), county.now.date(), metres_north=9000)
    proposal = PlaceProposal(
        id=uuid4(), village_id=county.villages["A1"].id, name="外组", latitude=27.0, longitude=107.0, datum="wgs84",
        state="proposed", proposed_by_id=user.user.id, proposed_at=county.now, content_hash=b"test")
    county.session.add(proposal)
    asked, entry = county.data_request(person), county.diary_entry(person)
    household = county.household()
    report = report_id(person.cadre.id, "month", date(2026, 11, 1))
    meeting = make_meeting(county, "A", date(2026, 11, 18)).id
    return {
        **contract_bodies(county),
        **promised_bodies.promised_bodies(county),
        **decided_bodies.decided_bodies(county),
        **ballot_bodies.ballot_bodies(county),
        **campaign_bodies.campaign_bodies(county),
        **suggestion_bodies.suggestion_bodies(county),
        **vote_bodies.vote_bodies(county),
        ("POST", "/api/v1/households"): ("village", {
            "village_code": village, "number": "17", "villagers_group": "三组", "householder": "王五", "members": 4,
            "labels": ["needy"], "absences": [{"from_on": "2026-03-01", "to_on": None}], "alive_from": "2026-01-01",
            "alive_to": None, "ended_as": None, "phone": "13985201234"}),
        ("POST", "/api/v1/linkages"): ("supervisor", {
            "cadre_id": person.cadre.id, "household_ids": [household.id], "kind": "link", "from_on": "2026-11-20"}),
        ("PATCH", f"/api/v1/linkages/{linkage_id(county, person, household)}"): (
            "supervisor", {"to_on": "2026-11-20"}),
        ("POST", "/api/v1/household-searches"): ("village", {"phone": "13985201234"}),
        ("POST", "/api/v1/phone-reveals"): ("village", {"household_id": household.id, "reason": "电话走访"}),
        ("PATCH", f"/api/v1/households/{household.id}"): ("village", {
            "number": "18", "villagers_group": "三组", "householder": "王五", "members": None, "labels": ["needy"],
            "absences": [{"from_on": "2026-03-01", "to_on": "2026-04-01"}], "alive_from": "2026-01-01",
            "alive_to": "2026-11-01", "ended_as": "moved", "phone": None}),
        ("POST", "/api/v1/terms"): ("admin", {
            "dictionary": "label", "key": "veteran", "part": None, "zh": "退役军人", "en": "Veteran"}),
        ("PATCH", f"/api/v1/terms/{term_id(county)}"): ("admin", {
            "zh": "退役军人", "en": "Veteran", "position": 3, "is_retired": True}),
        ("POST", "/api/v1/sync"): ("cadre", {"items": [{"kind": "check_in", "record": {
            "id": UUID, "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000, "position": position}}]}),
        ("POST", f"/api/v1/conflicts/{UUID}/settlements"): ("cadre", {"outcome": "mine"}),
        ("POST", "/api/v1/check-ins"): ("cadre", {
            "id": UUID, "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000, "position": position,
            "location_error": "denied", "device_id": "phone", "note": "在村"}),
        ("POST", "/api/v1/declarations"): ("cadre", {
            "id": UUID, "day": "2026-11-20", "captured_at": "2026-11-20T09:59:00+08:00", "note": "在村"}),
        ("POST", "/api/v1/decisions"): ("supervisor", {
            "id": UUID, "evidence_id": str(evidence.id), "outcome": "confirmed", "reason": "属实"}),
        ("POST", "/api/v1/coordinate-reveals"): ("supervisor", {
            "id": UUID, "evidence_id": str(evidence.id), "reason": "复核村里的说明"}),
        ("POST", "/api/v1/data-requests"): ("cadre", {
            "id": UUID, "kind": "correction", "evidence_id": None, "text": "姓名写错了"}),
        ("PATCH", f"/api/v1/data-requests/{asked}"): ("admin", {"state": "declined", "answer": "没有这回事"}),
        ("POST", "/api/v1/leaves"): ("cadre", {
            "id": UUID, "cadre_id": None, "kind": "sick", "from_on": "2026-11-23", "to_on": "2026-11-24",
            "reason": "感冒"}),
        ("POST", f"/api/v1/leaves/{UUID}/steps"): ("supervisor", {
            "id": UUID, "step": "approved", "note": "同意", "returned_on": None}),
        ("POST", "/api/v1/sessions"): (None, {
            "username": "nobody", "password": "wrong", "invitation": None, "client": "page"}),
        ("PATCH", "/api/v1/me"): ("cadre", {"language": "en"}),
        ("PUT", "/api/v1/me/notice"): ("cadre", {"version": consent_service.NOTICE_VERSION}),
        ("PUT", "/api/v1/me/location"): ("cadre", {"choice": "declined"}),
        ("PUT", "/api/v1/me/password"): ("cadre", {"current": None, "new": "a long password"}),
        ("POST", "/api/v1/users"): ("admin", {"username": "wang.wei", "name": "王伟"}),
        ("PATCH", f"/api/v1/users/{user.user.id}"): ("admin", {"name": "王伟", "disabled": False}),
        ("POST", "/api/v1/grants"): ("admin", {
            "user_id": user.user.id, "role": "village", "division_code": village, "from_on": "2026-11-20",
            "to_on": None}),
        ("POST", "/api/v1/invitations"): ("admin", {"user_id": user.user.id}),
        ("POST", "/api/v1/invitation-sheets"): ("admin", {
            "cadre_ids": None, "user_ids": None, "division_code": village, "only_new": False}),
        ("POST", "/api/v1/places"): ("supervisor", {
            "village_code": village, "name": "外组", "villagers_group": "三组", "position": position, "radius_m": 500}),
        ("PATCH", f"/api/v1/places/{county.places['A1'].id}"): ("supervisor", {
            "name": "外组", "villagers_group": "三组", "position": position, "radius_m": 500}),
        ("POST", "/api/v1/cadres"): ("admin", {
            "user_id": user.user.id, "sending_unit": "县水务局", "rank": "staff", "cadre_role": "team_member"}),
        ("PATCH", f"/api/v1/cadres/{person.cadre.id}"): ("admin", {
            "sending_unit": "县水务局", "rank": "staff", "cadre_role": "team_member"}),
        ("POST", "/api/v1/postings"): ("admin", {
            "cadre_id": person.cadre.id, "village_code": village, "further_village_codes": [], "from_on": "2026-11-20",
            "to_on": None}),
        ("POST", "/api/v1/policies"): ("admin", {
            "division_code": county.CODE, "key": "days_per_week", "value": 5, "effective_from": "2026-12-07",
            "source": "文件"}),
        ("PUT", "/api/v1/calendar-days/2026-11-20"): ("admin", {"kind": "rest", "label": "县庆", "source": "文件"}),
        ("POST", "/api/v1/month-steps"): ("supervisor", {
            "id": UUID, "month": "2026-10", "step": "checked", "posting_id": county.cadre("A2").posting.id,
            "village_code": village, "note": "本人已签字", "on_paper": True, "seen_hash": "0" * 64}),
        ("POST", "/api/v1/month-closings"): ("supervisor", {
            "id": UUID, "month": "2026-10", "village_code": village, "seen_hash": "0" * 64, "note": "核实"}),
        ("POST", "/api/v1/register-lines"): ("supervisor", {
            "lines": [{"cadre_id": person.cadre.id, "day": "2026-11-18", "is_present": True}], "reason": "漏记"}),
        ("POST", "/api/v1/exports"): ("supervisor", {
            "kind": "month_table", "month": "2026-11", "division_code": county.CODE, "level": "cadre",
            "format": "csv", "filled": False, "cadre_id": None, "day": None, "handover_id": None,
            "meeting_id": None, "acceptance_id": None}),
        ("POST", "/api/v1/handovers"): ("supervisor", {
            "id": UUID, "posting_id": county.cadre("A1").posting.id, "successor_id": None, "handed_on": "2026-11-20",
            "matters": [{"what": "水池", "due_on": "2026-12-01", "note": "找水务局"}], "note": "钥匙"}),
        ("POST", "/api/v1/errands"): ("supervisor", {
            "id": UUID, "kind": "errand", "title": "镇里开会", "from_on": "2026-11-23", "to_on": "2026-11-23",
            "cadre_ids": [evidence.cadre_id], "notice_sha256": "0" * 64}),
        ("POST", "/api/v1/photo-reviews"): ("supervisor", {
            "record_id": UUID, "picture": "0" * 64, "reason": "合影，各人都发了"}),
        ("POST", "/api/v1/place-proposals"): ("village", {
            "id": UUID, "village_code": village, "name": "外组", "villagers_group": "三组", "position": position,
            "evidence_id": None}),
        ("PATCH", f"/api/v1/reports/{report}"): ("cadre", {
            "id": UUID, "situation": "在村", "problems": "断水", "suggestions": None, "plan": "走访"}),
        ("POST", f"/api/v1/reports/{report}/submissions"): ("cadre", {"id": UUID}),
        ("POST", "/api/v1/diary-entries"): ("cadre", {
            "id": UUID, "text": "走访三户", "work_types": ["policy"], "day": "2026-11-19",
            "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 10, "position": position, "device_id": "a",
            "is_submitted": True, "photos": ["0" * 64],
            "concerns": [{"id": str(uuid4()), "kind": "facility", "text": "路灯坏了"}]}),
        ("PUT", f"/api/v1/diary-entries/{entry.id}"): ("cadre", {
            "text": "走访四户", "work_types": ["policy"], "photos": ["0" * 64]}),
        ("POST", "/api/v1/diary-readings"): ("supervisor", {
            "id": UUID, "entry_id": str(county.diary_entry(county.cadre("A1"), submitted=True).id),
            "outcome": "concern", "note": "请跟进", "concern": {"id": str(uuid4()), "kind": "facility", "text": "路灯坏了"}}),
        ("POST", "/api/v1/diary-samples"): ("supervisor", {
            "id": UUID, "division_code": county.CODE, "from_on": "2026-11-01", "to_on": "2026-11-20", "size": 5}),
        ("POST", "/api/v1/diary-submissions"): ("cadre", {"id": UUID, "entry_id": str(entry.id)}),
        ("POST", "/api/v1/meetings"): ("supervisor", {
            "id": UUID, "division_code": county.townships["A"].code, "regular_on": "2026-11-18",
            "held_on": "2026-11-18", "starts": "09:00", "place": "三楼会议室", "village_code": village,
            "agenda": "学习政策"}),
        ("PATCH", f"/api/v1/meetings/{meeting}"): ("supervisor", {
            "held_on": "2026-11-19", "starts": "09:30", "place": "二楼", "village_code": village, "agenda": "学习",
            "minutes": "记录", "comments": "点评", "decisions": "决定"}),
        ("PUT", f"/api/v1/meetings/{meeting}/attendances"): ("supervisor", {
            "attendances": [{"cadre_id": evidence.cadre_id, "state": "present", "note": "迟到"}], "counts": True}),
        ("POST", "/api/v1/pledges"): ("cadre", {
            "id": UUID, "cadre_id": None, "text": "每月走遍困难户", "from_on": "2026-11-20", "to_on": "2026-12-31"}),
        ("PATCH", f"/api/v1/pledges/{UUID}"): ("cadre", {"text": "每月走遍困难户", "to_on": "2026-12-31"}),
        ("PATCH", f"/api/v1/place-proposals/{proposal.id}"): ("supervisor", {
            "state": "declined", "name": "外组", "radius_m": 500, "reason": "在邻村"}),
        ("POST", "/api/v1/rounds"): ("cadre", {
            "id": UUID, "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000, "position": position,
            "location_error": "denied", "device_id": "phone", "purposes": ["policy"], "companion_ids": [],
            "others": "村支书", "visits": [{
                "id": str(uuid4()), "household_id": household.id, "manner": "in_person", "summary": "都好",
                "photos": ["0" * 64], "concerns": []}]}),
        ("POST", "/api/v1/visit-annulments"): ("cadre", {"id": UUID, "visit_id": UUID, "reason": "记错了"}),
        ("POST", "/api/v1/companion-answers"): ("cadre", {
            "id": UUID, "round_id": UUID, "state": "joined", "captured_at": "2026-11-20T09:59:00+08:00"}),
        ("POST", "/api/v1/concerns"): ("cadre", {
            "id": UUID, "kind": "facility", "text": "井水浑", "village_code": village, "household_id": None,
            "photos": ["0" * 64],
            "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000}),
        ("POST", "/api/v1/receptions"): ("village", {
            "id": UUID, "village_code": village, "day": "2026-11-20", "household_id": None,
            "cadre_ids": [evidence.cadre_id], "question": "医保怎么报", "answer": "带发票到镇里", "policy_cited": "县医保〔2026〕3号",
            "concerns": [{"id": str(uuid4()), "kind": "policy", "text": "医保"}], "photos": ["0" * 64],
            "device_id": "phone", "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000}),
        ("POST", "/api/v1/special-reports"): ("cadre", {
            "id": UUID, "kind": "public_opinion", "title": "修路", "text": "群众盼修路", "is_submitted": True,
            "photos": ["0" * 64], "device_id": "phone", "captured_at": "2026-11-20T09:59:00+08:00",
            "elapsed_ms": 1000}),
        ("PATCH", f"/api/v1/special-reports/{UUID}"): ("cadre", {
            "title": "修路", "text": "群众盼修路", "photos": ["0" * 64]}),
        ("POST", f"/api/v1/special-reports/{UUID}/submissions"): ("cadre", {"id": UUID}),
        ("POST", f"/api/v1/special-reports/{UUID}/readings"): ("supervisor", {
            "id": UUID, "note": "收到", "is_shared": False}),
        ("POST", "/api/v1/emergency-duties"): ("supervisor", {
            "id": UUID, "kind": "flood", "reason": "连日大雨", "division_codes": [county.CODE],
            "from_at": "2026-11-20T10:00:00+08:00", "until_at": "2026-11-22T10:00:00+08:00"}),
        ("PATCH", f"/api/v1/emergency-duties/{UUID}"): ("supervisor", {"ended_because": "雨停了"}),
        ("POST", f"/api/v1/oddities/{UUID}/steps"): ("cadre", {"id": UUID, "step": "explained", "note": "手机旧了"}),
        ("POST", f"/api/v1/concerns/{county.concern(person).id}/steps"): ("supervisor", {
            "id": UUID, "step": "escalated", "note": "请水务局看看", "to_division_code": county.CODE, "into_id": None,
            "photos": ["0" * 64],
            "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000}),
    }


@pytest.fixture
def callers(as_user, county, client):
    """Clients by role, and a client that nobody is logged in with under None."""
    clients = {role: as_user(county.person(role)) for role in ("supervisor", "admin", "auditor", "village")}
    return {None: client, "cadre": as_user(county.cadre("A1")), **clients}


def written(body) -> str:
    """A body as JSON, with Raw parts as they stand."""
    if isinstance(body, Raw):
        return str(body)
    if isinstance(body, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{written(value)}" for key, value in body.items()) + "}"
    if isinstance(body, list):
        return "[" + ",".join(written(value) for value in body) + "]"
    return json.dumps(body)


def with_bad(body: dict, bad):
    """The body once for every field, also nested ones, with that field bad."""
    for name, value in body.items():
        yield name, {**body, name: bad}
        if isinstance(value, dict):
            for inner, changed in with_bad(value, bad):
                yield f"{name}.{inner}", {**body, name: changed}
        if isinstance(value, list):
            yield f"{name}[]", {**body, name: [bad]}


def leaves_of(errors):
    if isinstance(errors, dict):
        for value in errors.values():
            yield from leaves_of(value)
    elif isinstance(errors, list):
        for value in errors:
            yield from leaves_of(value)
    else:
        yield errors


def judge(answer) -> str | None:
    """What is wrong with an answer, or None: it must be a 2xx, or a 4xx in our shape and in Chinese words."""
    if answer.status_code < 300:
        return None
    if not 400 <= answer.status_code < 500:
        return f"answered {answer.status_code}"
    body = answer.json
    if body is None or sorted(body) != ["code", "errors", "message", "reason", "request_id", "status"]:
        return f"shape of {answer.status_code}"
    if not CHINESE.search(body["message"]) or body["message"] == f"error.{body['reason']}":
        return f"no words for {body['reason']}"
    # Which steps are allowed and what stands in their way is told to programs, by slugs.
    errors = {key: value for key, value in body["errors"].items() if key not in ("allowed", "problems")}
    strange = [text for text in leaves_of(errors) if not CHINESE.search(str(text))]
    return f"no words for {strange}" if strange else None


ENDPOINTS = (
    ("POST", "/api/v1/households"), ("PATCH", "/api/v1/households/{}"), ("POST", "/api/v1/terms"),
    ("PATCH", "/api/v1/terms/{}"), ("POST", "/api/v1/linkages"), ("PATCH", "/api/v1/linkages/{}"),
    ("POST", "/api/v1/household-searches"), ("POST", "/api/v1/phone-reveals"),
    ("POST", "/api/v1/check-ins"), ("POST", "/api/v1/declarations"), ("POST", "/api/v1/decisions"),
    ("POST", "/api/v1/coordinate-reveals"), ("POST", "/api/v1/data-requests"), ("PATCH", "/api/v1/data-requests/{}"),
    ("POST", "/api/v1/leaves"), ("POST", "/api/v1/leaves/{}/steps"), ("POST", "/api/v1/sessions"),
    ("PATCH", "/api/v1/me"), ("PUT", "/api/v1/me/notice"), ("PUT", "/api/v1/me/location"),
    ("PUT", "/api/v1/me/password"), ("POST", "/api/v1/users"), ("PATCH", "/api/v1/users/{}"),
    ("POST", "/api/v1/grants"), ("POST", "/api/v1/invitations"),
    ("POST", "/api/v1/invitation-sheets"), ("POST", "/api/v1/places"),
    ("PATCH", "/api/v1/places/{}"), ("POST", "/api/v1/cadres"), ("PATCH", "/api/v1/cadres/{}"),
    ("POST", "/api/v1/postings"), ("POST", "/api/v1/policies"), ("PUT", "/api/v1/calendar-days/{}"),
    ("POST", "/api/v1/exports"), ("POST", "/api/v1/handovers"), ("POST", "/api/v1/month-steps"),
    ("POST", "/api/v1/month-closings"),
    ("POST", "/api/v1/register-lines"), ("POST", "/api/v1/errands"), ("POST", "/api/v1/photo-reviews"),
    ("POST", "/api/v1/diary-readings"), ("POST", "/api/v1/diary-samples"),
    ("POST", "/api/v1/diary-entries"), ("PUT", "/api/v1/diary-entries/{}"), ("POST", "/api/v1/diary-submissions"),
    ("POST", "/api/v1/place-proposals"), ("PATCH", "/api/v1/place-proposals/{}"),
    ("POST", "/api/v1/sync"), ("POST", "/api/v1/conflicts/{}/settlements"),
    ("POST", "/api/v1/concerns"), ("POST", "/api/v1/concerns/{}/steps"), ("POST", "/api/v1/receptions"),
    ("POST", "/api/v1/special-reports"), ("PATCH", "/api/v1/special-reports/{}"),
    ("POST", "/api/v1/special-reports/{}/submissions"), ("POST", "/api/v1/special-reports/{}/readings"),
    ("POST", "/api/v1/rounds"), ("POST", "/api/v1/visit-annulments"), ("POST", "/api/v1/companion-answers"),
    ("PATCH", "/api/v1/reports/{}"), ("POST", "/api/v1/reports/{}/submissions"),
    ("POST", "/api/v1/meetings"), ("PATCH", "/api/v1/meetings/{}"), ("PUT", "/api/v1/meetings/{}/attendances"),
    ("POST", "/api/v1/emergency-duties"), ("PATCH", "/api/v1/emergency-duties/{}"),
    ("POST", "/api/v1/oddities/{}/steps"),
    ("POST", "/api/v1/pledges"), ("PATCH", "/api/v1/pledges/{}"), *promised_bodies.ENDPOINTS, *decided_bodies.ENDPOINTS,
    *vote_bodies.ENDPOINTS,
    ("POST", "/api/v1/contracts"), ("POST", "/api/v1/contracts/{}/revisions"), ("POST", "/api/v1/contracts/{}/items"),
    ("POST", "/api/v1/contracts/{}/steps"), ("POST", "/api/v1/contracts/{}/reviews"),
    ("PATCH", "/api/v1/commitment-items/{}"), ("PUT", "/api/v1/village-sizes/{}/{}"),
    *ballot_bodies.ENDPOINTS,
    *campaign_bodies.ENDPOINTS,
    *suggestion_bodies.ENDPOINTS,
)


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda pair: " ".join(pair))
def test_bad_values_in_every_field_of_a_body(callers, county, hashes, endpoint):
    fits = re.compile(endpoint[1].replace("{}", "[^/]+") + "$")
    [((method, path), (role, body))] = [(key, value) for key, value in good_bodies(county).items()
                                        if key[0] == endpoint[0] and fits.match(key[1])]
    county.session.commit()
    wrong = []
    names = BAD if county.session.get_bind().dialect.name == "sqlite" else REACHES_THE_DATABASE
    for name, bad in ((name, BAD[name]) for name in names):
        for field, changed in with_bad(body, bad):
            # A fresh id each time, so that a value that is kept does not make the next one a repetition.
            sent = {**changed, "id": str(uuid4())} if field != "id" and "id" in changed else changed
            answer = callers[role].open(path, method=method, data=written(sent), buffered=True,
                                        content_type="application/json", headers={"If-Match": "*"})
            problem = judge(answer)
            if problem:
                wrong.append(f"{field}: {name}: {problem}")
    assert wrong == []


def test_every_body_of_the_api_is_in_the_corpus(make_app):
    document = make_app().test_client().get("/openapi.json").json
    with_body = {name for name, operation in operations(document)
                 if "application/json" in operation.get("requestBody", {}).get("content", {})}
    in_corpus = {f"{method.lower()} {path}" for method, path in ENDPOINTS}
    # The posting's edit takes the same fields as its making.
    assert {re.sub(r"\{\w+\}", "{}", name) for name in with_body} - in_corpus == {
        "patch /api/v1/postings/{}", "patch /api/v1/grants/{}"}


BODIES = {
    "nothing": (b"", 422), "a list": (b"[]", 422), "text": (b'"text"', 422), "null": (b"null", 422),
    "a number": (b"1", 422), "half an object": (b'{"id": "', 400), "not UTF-8": (b'{"id": "\xff\xfe"}', 400),
    "UTF-16": ('{"id": "a"}'.encode("utf-16"), (400, 422)), "two objects": (b"{}{}", 400),
    "deep lists": (DEEP.encode(), 400),
    "deep objects": (b'{"note":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "deep note": (b'{"note":' + DEEP.encode() + b"}", 400),
    "5 MB": (b'{"note": "' + b"a" * 5 * 1024 * 1024 + b'"}', 413),
    "an unknown field": (json.dumps({"id": UUID, "day": "2026-11-20", "captured_at": "2026-11-20T09:59:00+08:00",
                                     "colour": "red"}).encode(), 422),
    "an unknown field with NUL": (b'{"a\\u0000": 1, "\\ud800": 2}', 422),
    "the same field twice": (b'{"day": 1, "day": 2}', 422),
    "5,000 digits": (b'{"day": ' + b"9" * 5000 + b"}", 400),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/api/v1/declarations", "/api/v1/sessions"])
def test_a_body_that_is_none_is_refused_in_words(callers, name, path):
    data, expected = BODIES[name]
    answer = callers["cadre"].post(path, data=data, content_type="application/json")
    assert judge(answer) is None
    assert answer.status_code in (expected if isinstance(expected, tuple) else (expected,))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                          "application/xml", "", "application/json; charset=utf-7"])
def test_a_body_of_another_kind_is_refused_in_words(callers, content_type):
    answer = callers["cadre"].post("/api/v1/declarations", data=b'{"day": "2026-11-20"}', content_type=content_type)
    assert (judge(answer), answer.status_code) in ((None, 415), (None, 422), (None, 400))


QUERY = ("", "x", "%00", "%ff", "%ed%a0%80", "a%00b", "-1", "0", "1.5", "9" * 20, "9" * 5000, "null", "true", "[]",
         "=1", "%F0%9F%91%A9", "2026-13", "0001-01-01", "2026-02-30", "2026-11-20T00:00:00", "1e400", "%25",
         "' OR 1=1--")


@pytest.mark.parametrize("role", ["cadre", "supervisor", "admin", "auditor"])
def test_bad_values_in_every_query_parameter(callers, make_app, role):
    document = make_app().test_client().get("/openapi.json").json
    wrong, good = [], {"month": "2026-11", "from": "2026-11-01", "to": "2026-11-20", "year": "2026", "kind": "people"}
    for name, operation in operations(document):
        method, path = name.split(" ")
        names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        if method != "get" or role not in operation["x-roles"] and "any user" not in operation["x-roles"]:
            continue
        for parameter in names:
            base = {other: good[other] for other in names if other in good and other != parameter}
            for bad in QUERY:
                query = "&".join([f"{parameter}={bad}", *(f"{key}={value}" for key, value in base.items())])
                problem = judge(callers[role].get(f"{path}?{query}", buffered=True))
                if problem:
                    wrong.append(f"{path}?{query[:80]}: {problem}")
    assert wrong == []


PATHS = ("0", "-1", "1.5", "x", "%00", "%ff", "9" * 10, "9" * 20, "9" * 5000, "1%00", "a" * 3000, "%2e%2e",
         "' OR 1=1--", UUID[:-1], "{" + UUID + "}", "0001-01-01", "2026-02-30", "２", "2026-11-2０")


def test_bad_values_in_every_path_are_not_found(app, callers):
    wrong = []
    for rule, method, _view in handlers(app):
        if "<" not in rule or not rule.startswith("/api/"):
            continue
        for bad in PATHS:
            path = re.sub("<[^>]+>", bad, rule)
            answer = callers["admin"].open(path, method=method, json={}, headers={"If-Match": "*"})
            if answer.status_code != 404 or judge(answer):
                wrong.append(f"{method} {path[:80]}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("headers", [
    {"If-Match": "x" * 5000}, {"If-Match": "\xff"}, {"If-Match": ",,,"}, {"Accept-Language": "\xff;q=x"},
    {"Accept-Language": "en;q=" + "9" * 400}, {"Accept": "text/html"}, {"User-Agent": "\xff" * 5000},
    {"Content-Length": "x"}, {"Cookie": "zhucun_session=" + "\xff" * 200}, {"Cookie": ";;;=;"},
    {"Authorization": "Bearer " + "x" * 10_000}, {"Origin": "\xff"}, {"X-Forwarded-For": "\xff"},
    {"Range": "bytes=9-1"}, {"If-None-Match": "\xff"},
])
def test_headers_of_strangers_break_nothing(callers, headers):
    for role in (None, "admin"):
        for method, path in (("PATCH", "/api/v1/me"), ("GET", "/api/v1/me"), ("POST", "/api/v1/sessions"),
                             ("GET", "/")):
            answer = callers[role].open(path, method=method, headers=headers,
                                        **({"json": {"language": "zh"}} if method != "GET" else {}))
            assert answer.status_code < 500


def test_a_session_remembers_a_strange_browser(client, county):
    token, _expires_at = accounts_service.invite(county.session, user=county.cadre("A1").user, made_by_id=None,
                                                 now=county.now)
    county.session.commit()
    answer = client.post("/api/v1/sessions", json={"invitation": token}, headers={"User-Agent": "\xe9\x7f" * 300})
    assert answer.status_code == 201
    assert len(client.get("/api/v1/sessions").json["sessions"][0]["user_agent"]) == 200
