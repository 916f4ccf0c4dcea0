"""The audit log as the auditor reads it: newest first, within the own divisions, and whole or not."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from api import audit, i18n
from api.audit import COUNTY_CHAIN, AuditChain, AuditEntry
from api.contracts.acceptance_rules import STEPS as ACCEPTANCE_STEPS
from api.contracts.contracts_rules import STEPS as CONTRACT_STEPS
from api.contracts.notices_rules import STEPS as NOTICE_STEPS
from api.diary.concerns_rules import STEPS
from api.ratings.suggestions_rules import STEPS as SUGGESTION_STEPS
from api.sync import erasure_service
from api.vocabulary import REQUEST_KINDS


def add(county, chain, action, minutes=0, user=None):
    audit.append(county.session, chain=chain, at=county.now + timedelta(minutes=minutes), user_id=user and user.user.id,
                 action=action, subject="test:1", details={"note": "x"})


@pytest.fixture
def entries(county):
    """Entries of township A, township B and the county, one a minute, all later than those of the county's making."""
    for minute, (chain, action) in enumerate([
            (county.townships["A"].id, "month.closed"), (county.townships["B"].id, "month.closed"),
            (COUNTY_CHAIN, "policy.set"), (county.townships["A"].id, "monthly.thing")]):
        add(county, chain, action, minute + 1)


def read(client, **query):
    return client.get("/api/v1/audit-entries", query_string={"from": "2026-11-20", **query})


def actions(answer):
    return [entry["action"] for entry in answer.json["entries"]]


def test_the_county_auditor_reads_all_newest_first_page_by_page(as_user, county, entries):
    client = as_user(county.person("auditor"))
    first = read(client, page_size=2)
    assert actions(first) == ["monthly.thing", "policy.set"]
    second = read(client, page_size=2, before=first.json["next"])
    assert actions(second) == ["month.closed", "month.closed"]
    townships = [entry["township"]["name"] for entry in second.json["entries"]]
    assert townships == ["龙溪镇", "子营街道"]
    seen, cursor = [], None
    while cursor is not None or not seen:
        page = read(client, page_size=3, **({"before": cursor} if cursor else {})).json
        seen += [entry["id"] for entry in page["entries"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) and sorted(seen, reverse=True)[:1]


def test_a_township_auditor_reads_the_own_chain_only(as_user, county, entries):
    client = as_user(county.person("auditor", county.townships["B"]))
    assert {entry["chain"] for entry in read(client).json["entries"]} == {county.townships["B"].id}
    assert read(client, division=county.townships["A"].code).status_code == 404
    assert [chain["chain"] for chain in client.get("/api/v1/audit-chains").json["chains"]] == [county.townships["B"].id]


def test_entries_are_found_by_kind_person_and_day(as_user, county, entries):
    person = county.person("supervisor", name="王主任")
    add(county, COUNTY_CHAIN, "export.made", 9, person)
    client = as_user(county.person("auditor"))
    assert actions(read(client, action="month")) == ["month.closed", "month.closed"]
    assert actions(read(client, action="month.closed", division=county.townships["A"].code)) == ["month.closed"]
    found = read(client, user_id=person.user.id).json["entries"]
    assert [(entry["user"]["name"], entry["details"]) for entry in found] == [("王主任", {"note": "x"})]
    assert actions(read(client, **{"from": "2026-11-21"})) == []
    assert actions(read(client, to="2026-11-19")) == []


def check(client, chain, after=0):
    return client.get("/api/v1/audit-checks", query_string={"chain": chain, "after": after})


def outcome(client, chain) -> tuple[dict, int]:
    """The last answer about a chain that is asked about to its end, and how many it took."""
    answers = [check(client, chain).json]
    while not answers[-1]["is_end"]:
        answers.append(check(client, chain, answers[-1]["checked"]).json)
    return answers[-1], len(answers)


@pytest.fixture
def in_threes(monkeypatch):
    """Chains are looked at three entries at a time."""
    monkeypatch.setattr(audit.check, "__kwdefaults__", {"most": 3})


def test_a_chain_is_checked_a_part_at_a_time(as_user, county, in_threes):
    # One look at hundreds of thousands of entries kept every writer of an SQLite file waiting, until check-ins failed.
    chain = county.townships["B"].id
    for minute in range(9):
        add(county, chain, "test.thing", minute)
    client = as_user(county.person("auditor"))
    heads = {one["chain"]: one["entries"] for one in client.get("/api/v1/audit-chains").json["chains"]}
    assert check(client, chain).json == {"checked": 3, "is_end": False, "broken": None}
    answer, asked = outcome(client, chain)
    assert answer == {"checked": heads[chain], "is_end": True, "broken": None}
    assert asked == heads[chain] // 3 + 1


@pytest.mark.parametrize("number", [2, 3, 4, 8])      # within a part, at its end, at the next one's beginning, later
def test_a_chain_that_was_tampered_with_says_so(as_user, county, entries, in_threes, number):
    chain, client = county.townships["B"].id, as_user(county.person("auditor"))
    for minute in range(8):
        add(county, chain, "test.thing", minute)
    assert outcome(client, chain)[0]["broken"] is None
    county.session.execute(update(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == number)
                           .values(subject="test:2"))
    county.session.commit()
    assert outcome(client, chain)[0] == {
        "checked": number - 1, "is_end": True, "broken": {"number": number, "problem": "altered"}}
    assert outcome(client, county.townships["A"].id)[0]["broken"] is None


def test_a_chain_that_was_cut_off_or_lost_its_head_is_still_told_of(as_user, county, entries):
    client, (one, other) = as_user(county.person("auditor")), (county.townships["A"].id, county.townships["B"].id)
    county.session.execute(delete(AuditEntry).where(AuditEntry.chain == one, AuditEntry.action == "monthly.thing"))
    county.session.execute(delete(AuditChain).where(AuditChain.chain == other))
    county.session.commit()
    told = {chain["chain"]: chain["entries"] for chain in client.get("/api/v1/audit-chains").json["chains"]}
    assert told[other] == 0
    problems = [outcome(client, chain)[0]["broken"]["problem"] for chain in (one, other)]
    assert problems == ["cut_off", "cut_off"]
    assert check(client, one, 10_000).json["broken"] == {"number": 10_000, "problem": "missing"}


def test_a_township_auditor_checks_no_other_chain(as_user, county, entries):
    client = as_user(county.person("auditor", county.townships["B"]))
    assert check(client, county.townships["B"].id).status_code == 200
    for chain in (COUNTY_CHAIN, county.townships["A"].id, 10**6):
        assert check(client, chain).status_code == 404


@pytest.mark.parametrize("role", ["supervisor", "admin", "village"])
def test_only_auditors_read_the_log(as_user, county, role):
    client = as_user(county.person(role, county.villages["A1"] if role == "village" else None))
    assert read(client).status_code == 403
    assert client.get("/api/v1/audit-chains").status_code == 403
    assert check(client, COUNTY_CHAIN).status_code == 403


@pytest.mark.parametrize("before", ["x", "1-", "-1", "１-２", "99999999999999999-1", "1-2-3"])
def test_a_cursor_that_no_page_gave_is_refused(as_user, county, before):
    assert read(as_user(county.person("auditor")), before=before).status_code == 422


def test_whom_an_entry_is_about_is_named(as_user, county):
    cadre, township = county.cadre("A1", name="王伟"), county.townships["A"]
    for action, subject, details in (
            ("test.user", f"user:{cadre.user.id}", {}), ("test.cadre", f"cadre:{cadre.cadre.id}", {}),
            ("test.posting", f"posting:{cadre.posting.id}", {}), ("test.leave", "leave:x", {"cadre": cadre.cadre.id}),
            ("test.code", f"division:{township.code}", {}), ("test.row", f"division:{township.id}", {}),
            ("test.strange", "division:999999999999999", {}), ("test.people", "people", {}),
            ("test.place", "place:1", {"village": township.code}), ("test.nowhere", "policy:1", {"division": [1]}),
            ("test.text", "user:x", {"cadre": "王"}), ("test.long", "user:99999999999999999999", {})):
        audit.append(county.session, chain=COUNTY_CHAIN, at=county.now, user_id=None, action=action, subject=subject,
                     details=details)
    about = {entry["action"]: entry["about"]
             for entry in read(as_user(county.person("auditor")), action="test").json["entries"]}
    assert about == {
        "test.user": "王伟", "test.cadre": "王伟", "test.posting": "王伟", "test.leave": "王伟",
        "test.code": township.name, "test.row": township.name, "test.place": township.name, "test.nowhere": None,
        "test.strange": None, "test.people": None,
        "test.text": None, "test.long": None}


# What stands in the code as a beginning and a state; a new state must be added here and to the dictionary.
BY_STATE = {
    "evidence.": ("confirmed", "rejected"), "month.": ("checked", "disputed", "confirmed", "reopened"),
    "data.": tuple(f"{kind}_{state}" for kind in REQUEST_KINDS for state in ("asked", "done", "declined")),
    "proposal.": ("approved", "declined"), "leave.": ("approved", "refused", "withdrawn", "returned"),
    "concern.": tuple(STEPS), "contract.": tuple(CONTRACT_STEPS), "suggestion.": tuple(SUGGESTION_STEPS),
    "supervision.": tuple(NOTICE_STEPS), "acceptance.": tuple(ACCEPTANCE_STEPS),
    "disclosure.": ("changed", "published", "held", "withdrawn", "masked", "deleted", "stage_written", "stage_removed",
                    "file_checked", "file_removed"),
}


def audited() -> set[str]:
    """Every action that the application can write into its log."""
    found, families = set(), set()
    for path in Path(audit.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = [keyword.value for keyword in getattr(node, "keywords", ()) if keyword.arg == "action"]
            # A helper is given the action as a plain argument, or it is chosen beforehand.
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("_audit"):
                parts += node.args
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "action":
                parts.append(node.value)
            for part in (inner for one in parts for inner in ast.walk(one)):
                if isinstance(part, ast.JoinedStr):
                    families.add(part.values[0].value)
                elif isinstance(part, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(part.value)):
                    found.add(part.value)
    assert families <= set(BY_STATE), families - set(BY_STATE)
    found |= set(erasure_service.ACTIONS.values())
    return found | {family + state for family, states in BY_STATE.items() for state in states}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_everything_in_the_log_is_told_in_plain_words(language):
    words = i18n.dictionary(language)
    assert "policy.set" in audited() and "leave.entered" in audited()
    assert sorted(action for action in audited() if f"admin.action.{action}" not in words) == []


def detail_keys() -> set[str]:
    """Every key that stands in the details of an entry somewhere in the code, and those that come from elsewhere."""
    found = {"sending_unit", "rank", "cadre_role", "rows", "created", "updated", "unchanged", "withdrawn", "version"}
    for path in Path(audit.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for keyword in getattr(node, "keywords", ()):
                if keyword.arg == "details":
                    found |= {key.value for inner in ast.walk(keyword.value) if isinstance(inner, ast.Dict)
                              for key in inner.keys if isinstance(key, ast.Constant)}
    return found


def test_the_details_of_an_entry_have_labels_in_both_languages():
    page = (i18n.STATIC / "admin" / "audit-details.js").read_text(encoding="utf-8")
    not_read = set(re.findall("'([a-z0-9_]+)'", re.search(r"NOT_READ = \[(.*?)\]", page)[1]))
    # These are put into lines of their own.
    others = not_read | {"from", "to", "lines", "days"}
    assert {"reason", "effective_from"} <= detail_keys()
    for language in i18n.LANGUAGES:
        words = i18n.dictionary(language)
        assert sorted(key for key in detail_keys() - others if f"admin.detail.{key}" not in words) == []


def test_whoever_an_entry_names_in_its_details_is_named(as_user, county):
    cadre, other, village = county.cadre("A1", name="王伟"), county.cadre("A1", name="李娜"), county.villages["A1"]
    for action, details in (
            ("test.posting", {"cadre": cadre.cadre.id, "village": village.code}),
            ("test.cards", {"users": [cadre.user.id, other.user.id, 10**9], "invitations": 3}),
            ("test.book", {"lines": [[other.cadre.id, "2026-11-02", True]], "reason": None}),
            ("test.nothing", {"cadre": None, "users": None, "village": {"a": 1}, "lines": [[]]})):
        audit.append(county.session, chain=COUNTY_CHAIN, at=county.now, user_id=None, action=action, subject="test:1",
                     details=details)
    names = {entry["action"]: entry["names"]
             for entry in read(as_user(county.person("auditor")), action="test").json["entries"]}
    assert names == {
        "test.posting": {f"cadre:{cadre.cadre.id}": "王伟", f"division:{village.code}": village.name},
        "test.cards": {f"user:{cadre.user.id}": "王伟", f"user:{other.user.id}": "李娜"},
        "test.book": {f"cadre:{other.cadre.id}": "李娜"}, "test.nothing": {}}
