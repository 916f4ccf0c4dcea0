"""The copy of a person's own data: what one entered, reported and decided about promises, and nothing of others."""

import io
import json
import zipfile
from datetime import date
from uuid import uuid4

import pytest

from api.checkin.my_data_service import kinds
from api.contracts.acceptance_models import Acceptance, AcceptanceStep, Assessor, Completion, Deed, DeedReport
from api.contracts.board_models import Deliberation, Disclosure, DisclosureFile
from api.contracts.check_models import CheckedVillage, Finding, MarkAppeal, MarkScheme, MarkSheet, SpotCheck
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractReview, ContractRevision, ContractStep
from api.contracts.notice_models import NoticeStep, SupervisionNotice
from api.db import Base
from api.sync.own_data_service import parts_of
from tests.conftest import NOW

TODAY, HASH = NOW.date(), b"test"
OWN = {
    "contracts": {"contracts", "contract_revisions", "commitment_items", "contract_steps", "contract_reviews", "deeds",
                  "deed_reports", "completions"},
    "acceptances": {"acceptances", "acceptance_steps", "assessors"},
    "supervision_notices": {"supervision_notices", "notice_steps"},
    "spot_checks": {"spot_checks", "checked_villages", "findings", "mark_sheets", "mark_appeals"},
    "disclosures": {"disclosures", "disclosure_files", "deliberations"},
}


@pytest.fixture
def rows(county):
    """One row of every table about promises for each of two persons, straight in the tables."""
    def of(person, village: str):
        session, by, place = county.session, person.user.id, county.villages[village].id
        id = {name: uuid4() for name in ("contract", "revision", "line", "item", "deed", "acceptance", "notice",
                                         "check", "sheet", "disclosure")}
        entered = {"entered_by_id": by, "entered_at": NOW, "content_hash": HASH}
        step = {"id": uuid4(), "number": 1, "user_id": by, "at": NOW, "content_hash": HASH}
        scheme = MarkScheme(division_id=place, title="方案", effective_from=date(2026, 7, 1), full_marks=1, criteria=[],
                            source="县里", entered_by_id=by, entered_at=NOW)
        for one in (
                scheme,
                Contract(id=id["contract"], village_id=place, kind="yearly", first_on=date(2026, 1, 1),
                         last_on=date(2026, 12, 31), opened_by_id=by, opened_at=NOW, content_hash=HASH),
                ContractRevision(id=id["revision"], contract_id=id["contract"], number=1, state="published",
                                 opened_by_id=by, opened_at=NOW, changed_at=NOW, content_hash=HASH),
                ContractLine(id=id["line"], contract_id=id["contract"], number=1),
                CommitmentItem(id=id["item"], revision_id=id["revision"], line_id=id["line"], dimension="economy",
                               text=person.user.name, quarters=[], is_major=False, is_imposed=False,
                               entered_by_id=by, content_hash=HASH),
                ContractStep(**step, revision_id=id["revision"], step="framework", details={}),
                ContractReview(**step, revision_id=id["revision"], body="team", reviewer=person.user.name,
                               is_agreed=True, after_step=1, items_hash=HASH),
                Deed(id=id["deed"], village_id=place, line_id=id["line"], month_on=TODAY.replace(day=1), due_on=TODAY,
                     text=person.user.name, state="planned", changed_at=NOW, **entered),
                DeedReport(id=uuid4(), deed_id=id["deed"], done_on=TODAY, user_id=by, at=NOW, received_at=NOW,
                           content_hash=HASH),
                Completion(id=uuid4(), line_id=id["line"], completed_on=TODAY, user_id=by, at=NOW, received_at=NOW,
                           content_hash=HASH),
                Assessor(township_id=county.townships["A"].id, name=person.user.name, post="member", unit="镇",
                         from_on=TODAY, user_id=by, version=1),
                Acceptance(id=id["acceptance"], line_id=id["line"], item_id=id["item"], village_id=place,
                           inspected_on=TODAY, place="村口", verdict="met", findings=person.user.name,
                           state="inspected", changed_at=NOW, **entered),
                AcceptanceStep(**step, acceptance_id=id["acceptance"], step="archived", details={}),
                SupervisionNotice(id=id["notice"], issuer_id=place, owner_id=place, village_id=place, title="督办",
                                  source_kind="by_hand", facts="看过", basis="办法", demand="整改", due_on=TODAY,
                                  lead_unit="村", assisting_units=[], copies_to=[], contact="镇", state="drafted",
                                  drafted_by_id=by, drafted_at=NOW, changed_at=NOW, content_hash=HASH),
                NoticeStep(**step, notice_id=id["notice"], step="served", received_at=NOW),
                SpotCheck(id=id["check"], division_id=place, kind="patrol", title="巡查", first_on=TODAY, last_on=TODAY,
                          state="open", **entered),
                CheckedVillage(check_id=id["check"], village_id=place, position=1, visited_on=TODAY, visited_by_id=by),
                Finding(id=uuid4(), check_id=id["check"], village_id=place, is_problem=False, text="好", **entered)):
            session.add(one)
            session.flush()
        for one in (
                MarkSheet(id=id["sheet"], village_id=place, half_on=date(2026, 7, 1), scheme_id=scheme.id, marks={},
                          state="published", published_by_id=by, published_at=NOW, **entered),
                MarkAppeal(id=uuid4(), sheet_id=id["sheet"], text="复核", user_id=by, at=NOW, content_hash=HASH),
                Disclosure(id=id["disclosure"], village_id=place, disclosure_class="decision", title="修路",
                           first_on=TODAY, last_on=TODAY, lines=[], state="drafted", held_for=[], changed_at=NOW,
                           **entered),
                DisclosureFile(id=uuid4(), disclosure_id=id["disclosure"], name="附件.pdf", mimetype="application/pdf",
                               size_bytes=9, sha256="0" * 64, content=b"%PDF-1.7\n", reading="clean", found=[],
                               uploaded_by_id=by, uploaded_at=NOW),
                Deliberation(id=uuid4(), disclosure_id=id["disclosure"], stage="branch_proposal", held_on=TODAY,
                             entered_by_id=by, entered_at=NOW)):
            session.add(one)
            session.flush()
    return of


def test_the_copy_holds_what_one_did_about_promises_and_nobody_elses(as_user, county, rows):
    cadre = county.cadre("A1", name="田工作队")
    rows(cadre, "A1")
    rows(county.person("supervisor", name="别人"), "A2")
    client = as_user(cadre)
    counts = {one["key"]: one["count"] for one in client.get("/api/v1/me/data").json["categories"]}
    assert {key: counts[key] for key in OWN} == {key: len(tables) for key, tables in OWN.items()}
    archive = zipfile.ZipFile(io.BytesIO(client.post("/api/v1/me/exports", buffered=True).data))
    held = {name: len(json.loads(archive.read(f"{name}.json")))
            for key, tables in OWN.items() for name in (f"{key}/{table}" for table in tables)}
    assert set(held.values()) == {1}
    assert "别人" not in "".join(archive.read(name).decode() for name in archive.namelist())
    # An attachment is described; it is fetched from where it is.
    [file] = json.loads(archive.read("disclosures/disclosure_files.json"))
    assert file["name"] == "附件.pdf" and "content" not in file


def test_every_table_about_promises_that_names_who_did_it_is_part_of_the_copy():
    listed = {model.__tablename__ for parts in kinds(1, parts_of(1)).values() for model, _own in parts}
    about = {mapper.local_table.name for mapper in Base.registry.mappers
             if mapper.class_.__module__.startswith("api.contracts.")
             and any(column.name in ("user_id", "entered_by_id") for column in mapper.local_table.columns)}
    # Rules and figures of a division, by whoever enters them.
    assert about - listed == {"mark_schemes", "village_sizes"}
