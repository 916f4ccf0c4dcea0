"""The month's papers, certificates and handover lists: what stands in them, who may take them, and that they open."""

import io
import re
import shutil
import subprocess
from datetime import date
from uuid import uuid4

import docx
import openpyxl
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.checkin import kept_service
from api.dashboards.about_service import filing_facts
from api.dashboards.filing_service import write_assessment, write_filing
from api.docx import new_document, save
from api.postings import policies_service
from tests.checkin.month import MONTH, close, look, say, stay

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def october(county):
    """Two cadres in A1: one there four days a week, one who was ill on a day; an allowance of 40 yuan."""
    for key, value in (("allowance_yuan", 40), ("errand_allowance_yuan", 20)):
        policies_service.set_policy(
            county.session, division=county.county, key=key, value=value, effective_from=date(2026, 1, 1),
            source="余财〔2026〕3号", user_id=None, at=county.now, today=date(2026, 1, 1))
    one, other = county.cadre("A1", name="=HYPERLINK(\"x\")"), county.cadre("A1", name="李四")
    stay(county, one)
    stay(county, other, weekdays=3)
    return one, other


def leave(client, person, kind, day):
    client.post("/api/v1/leaves", json={"id": str(uuid4()), "cadre_id": person.cadre.id, "kind": kind,
                                        "from_on": day, "to_on": day})


def close_october(as_user, county, people):
    village = county.villages["A1"]
    for person in people:
        assert say(as_user(person), "checked", look(as_user(person)), person=person).status_code == 201
    clerk = as_user(county.person("village", village))
    assert say(clerk, "confirmed", look(clerk, village)).status_code == 201
    township = as_user(county.person("supervisor", county.townships["A"], name="镇里的人"))
    assert close(township, look(township, village)).status_code == 201
    return township


def close_and_keep_on(as_user, county, people):
    """Close October, and let something of it come late and somebody be posted to it."""
    close_october(as_user, county, people)
    county.check_in(people[1], date(2026, 10, 15), hour=10)
    county.cadre("A1", name="后来的人", from_on=date(2026, 10, 12))
    county.session.commit()
    return county.person("supervisor", county.townships["A"])


def export(client, kind, **more):
    more = {"month": MONTH, **more} if kind not in ("certificate", "handover") else more
    # Buffered, so that the file is closed before the answer is looked at.
    return client.post("/api/v1/exports", json={"kind": kind, **more}, buffered=True)


def text_of(answer) -> str:
    """Everything that a .docx says, tables included."""
    document = docx.Document(io.BytesIO(answer.data))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def cells_of(answer) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [list(row) for sheet in book for row in sheet.iter_rows()]


def test_an_open_month_says_that_it_is_no_closed_one(as_user, county, october):
    answer = export(as_user(county.person("village", county.villages["A1"])), "month_sheet")
    assert (answer.status_code, answer.mimetype) == (200, DOCX)
    text = text_of(answer)
    assert "未定稿" in text and "李四" in text and "统计周期" in text


def test_a_closed_sheet_prints_its_hash_and_what_was_corrected_since(as_user, county, october):
    township = close_october(as_user, county, october)
    closed = look(township, county.villages["A1"])
    county.check_in(october[1], date(2026, 10, 15), hour=10)
    leave(township, october[1], "errand", "2026-10-16")
    county.session.commit()
    text = text_of(export(township, "month_sheet", division_code=county.villages["A1"].code))
    assert closed["close"]["hash"] in text and "更正" in text and "镇里的人" in text
    assert "未定稿" not in text


def test_a_closed_sheet_prints_the_rule_that_was_set_after_its_closing(as_user, county, october):
    township = close_october(as_user, county, october)
    policies_service.set_policy(
        county.session, division=county.county, key="days_per_week", value=3, effective_from=date(2026, 9, 28),
        source="余府发〔2026〕9号", user_id=None, at=county.now, today=date(2026, 1, 1), any_start=True)
    kept_service.refresh(county.session, cadre_ids=[one.cadre.id for one in october])
    county.session.commit()
    assert "余府发〔2026〕9号" in text_of(export(township, "month_sheet", division_code=county.townships["A"].code))


def test_the_workbook_of_a_month_holds_names_as_text(as_user, county, october):
    answer = export(as_user(county.person("supervisor", county.townships["A"])), "month_sheet", format="xlsx")
    cells = [cell for row in cells_of(answer) for cell in row if cell.value is not None]
    [name] = [cell for cell in cells if cell.value == '=HYPERLINK("x")']
    assert name.data_type == "s"
    assert {"√"} <= {cell.value for cell in cells}


def test_a_notice_for_the_board_tells_no_kind_of_leave_and_no_rate(as_user, county, october):
    township = as_user(county.person("supervisor", county.townships["A"]))
    leave(township, october[1], "sick", "2026-10-16")
    text = text_of(export(township, "public_notice", division_code=county.villages["A1"].code))
    assert "李四" in text and "病" not in text and "%" not in text and "到岗率" not in text


def test_an_attendance_book_is_blank_or_filled(as_user, county, october):
    clerk = as_user(county.person("village", county.villages["A1"]))
    blank, filled = (text_of(export(clerk, "register_book", filled=one)) for one in (False, True))
    # The legend names every sign once.
    assert (blank.count("√"), filled.count("√") > 20) == (1, True)


def test_an_allowance_is_days_by_rate_and_nothing_is_taken_off(as_user, county, october):
    village = county.villages["A1"]
    early = as_user(county.person("supervisor", county.townships["A"]))
    leave(early, october[0], "errand", "2026-10-30")
    leave(early, october[1], "sick", "2026-10-30")
    refused = export(early, "allowance", division_code=village.code)
    assert (refused.status_code, refused.json["reason"]) == (409, "not_closed")
    assert "A1村" in refused.json["message"]
    township = close_october(as_user, county, october)
    sheet = {row["cadre"]["name"]: row for row in look(township, village)["rows"]}
    rows = cells_of(export(township, "allowance", division_code=village.code))
    lines = {row[3].value: [cell.value for cell in row] for row in rows if len(row) > 13 and row[3].value in sheet}
    for name, row in sheet.items():
        in_village = row["signs"].count("stationed") - sum(
            sign == "stationed" and not day["in_month"]
            for sign, day in zip(row["signs"], look(township, village)["days"], strict=True))
        assert lines[name][6:8] == [in_village, 40]
    assert (lines['=HYPERLINK("x")'][9:11], lines["李四"][9]) == ([1, 20], 0)
    formulas = [cell.value for row in rows for cell in row if cell.data_type == "f"]
    assert formulas and all(not formula.startswith("=HYPER") for formula in formulas)


def test_a_certificate_tells_every_posting_with_its_days(as_user, county):
    person = county.cadre("A1", name="张三", from_on=date(2026, 1, 1), to_on=date(2026, 9, 30))
    county.post(person, "B1", from_on=date(2026, 10, 1))
    stay(county, person, first=date(2026, 9, 1), last=date(2026, 9, 10))
    for client in (as_user(person), as_user(county.person("supervisor"))):
        text = text_of(export(client, "certificate", cadre_id=person.cadre.id))
        assert "张三" in text and "A1村" in text and "B1村" in text and "2026年：7 天" in text
    assert export(as_user(county.cadre("A1")), "certificate", cadre_id=person.cadre.id).status_code == 404


def test_a_certificate_counts_no_day_that_it_has_not_seen_the_end_of(as_user, county):
    """「算到昨天」: neither today's check-in nor an approved errand of next week; an errand that is past counts."""
    person = county.cadre("A1", name="张三", from_on=date(2025, 12, 1))
    stay(county, person, first=date(2025, 12, 1), last=date(2025, 12, 2))
    for day in (18, 20):
        county.check_in(person, date(2026, 11, day))
    county.check_in(person, date(2026, 11, 17), fix=False)
    township = as_user(county.person("supervisor", county.townships["A"]))
    for day in ("2026-11-19", "2026-11-24", "2026-11-25", "2026-12-02"):
        leave(township, person, "errand", day)
    text = text_of(export(township, "certificate", cadre_id=person.cadre.id))
    assert "11月19日" in text
    assert "2025年：2 天" in text and "2026年：2 天" in text and "共 4 天" in text


def test_a_certificate_of_a_first_day_names_the_posting_and_no_days(as_user, county):
    person = county.cadre("A1", name="张三", from_on=date(2026, 11, 20))
    county.check_in(person, date(2026, 11, 20))
    text = text_of(export(as_user(person), "certificate", cadre_id=person.cadre.id))
    assert "A1村" in text and "2026年：" not in text


def test_a_handover_list_has_what_was_entered_and_what_is_known(as_user, county, october):
    county.check_in(october[0], date(2026, 11, 18), fix=False)
    township = as_user(county.person("supervisor", county.townships["A"]))
    made = township.post("/api/v1/handovers", json={
        "id": str(uuid4()), "posting_id": october[0].posting.id, "handed_on": "2026-11-20",
        "matters": [{"what": "三组水池", "due_on": None, "note": None}]})
    text = text_of(export(township, "handover", handover_id=made.json["id"]))
    assert "三组水池" in text and "11月18日" in text and "监交人" in text
    other = as_user(county.person("supervisor", county.townships["B"]))
    assert export(other, "handover", handover_id=made.json["id"]).status_code == 404


@pytest.mark.parametrize("body", [
    {"kind": "month_sheet"}, {"kind": "certificate"}, {"kind": "handover"}, {"kind": "month_sheet", "month": MONTH,
                                                                             "format": "csv"},
    {"kind": "allowance", "month": MONTH, "format": "docx"}])
def test_what_makes_no_sense_is_refused_in_words(as_user, county, body):
    answer = as_user(county.person("supervisor")).post("/api/v1/exports", json=body)
    assert (answer.status_code, answer.json["reason"]) == (422, "invalid")


@pytest.mark.parametrize("role, place, status", [("cadre", None, 403), ("admin", None, 403), ("supervisor", "B", 404),
                                                 ("village", "A2", 404), ("auditor", None, 403)])
def test_papers_of_a_month_are_for_those_who_see_it(as_user, county, october, role, place, status):
    division = county.villages.get(place) or county.townships.get(place)
    client = as_user(october[0] if role == "cadre" else county.person(role, division))
    assert export(client, "month_sheet", division_code=county.villages["A1"].code).status_code == status


def test_every_paper_taken_is_in_the_audit_log(as_user, county, october):
    export(as_user(county.person("supervisor", county.townships["A"])), "month_sheet")
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")).one()
    assert (entry.chain, entry.details) == (
        county.townships["A"].id, {"kind": "month_sheet", "format": "docx", "month": MONTH})


def test_a_cadre_who_covers_a_neighbouring_village_is_in_its_book_and_in_no_second_sheet(as_user, county, october):
    around = county.cadre("A2", name="联片的人", further=("A1",))
    stay(county, around)
    clerk = as_user(county.person("village", county.villages["A1"]))
    book = text_of(export(clerk, "register_book", filled=True))
    assert "联片的人" in book and "联片，派驻A2村" in book
    assert "联片的人" not in text_of(export(clerk, "month_sheet"))


@pytest.mark.parametrize("before, after", [("week", "month"), ("month", "week")])
def test_a_book_of_a_closed_month_keeps_its_days_when_the_basis_changes_afterwards(as_user, county, before, after):
    """The closed sheet keeps its columns; the neighbour's signs stand under the same days, whatever the rule is now."""
    def count_by(value, start):
        policies_service.set_policy(
            county.session, division=county.county, key="basis", value=value, effective_from=start, source="文件",
            user_id=None, at=county.now, today=date(2026, 1, 1), any_start=True)
        kept_service.refresh(county.session, cadre_ids=kept_service.all_cadre_ids(county.session))

    count_by(before, date(2026, 1, 1))
    own, around = county.cadre("A1", name="本村的人"), county.cadre("A2", name="联片的人", further=("A1",))
    stay(county, own)
    for day in (date(2026, 9, 29), date(2026, 10, 8)):
        county.check_in(around, day)
    township = close_october(as_user, county, [own])
    count_by(after, date(2026, 9, 1))
    # A day that came after the close is in the neighbour's line, which was never frozen.
    county.check_in(around, date(2026, 10, 30))
    county.session.commit()
    answer = export(township, "register_book", division_code=county.villages["A1"].code, filled=True)
    assert answer.status_code == 200
    grid = docx.Document(io.BytesIO(answer.data)).tables[0]
    heads, [line] = [cell.text for cell in grid.rows[0].cells], [
        [cell.text for cell in row.cells] for row in grid.rows if row.cells[1].text == "联片的人"]
    assert [head for head, sign in zip(heads, line, strict=True) if sign == "√"] == ["8", "30"]
    assert line[3 + 31] == "2"


def test_a_village_with_neighbours_cadres_only_has_a_book_among_its_townships(as_user, county):
    county.cadre("A1", name="联片的人", further=("A2",))
    township = as_user(county.person("supervisor", county.townships["A"]))
    assert text_of(export(township, "register_book")).count("联片的人") == 2
    assert text_of(export(township, "month_sheet")).count("联片的人") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_paper_prints_the_name_of_a_word_that_is_missing(as_user, county, october, language):
    """A word that the dictionary lacks comes out as its key: weekdays did."""
    county.cadre("A2", further=("A1",))
    officer = close_and_keep_on(as_user, county, october)
    officer.user.language = language
    township = as_user(officer)
    made = township.post("/api/v1/handovers", json={
        "id": str(uuid4()), "posting_id": october[0].posting.id, "handed_on": "2026-11-20", "note": "钥匙",
        "matters": []})
    village = county.villages["A1"].code
    of_month = [("month_sheet", {}), ("month_sheet", {"format": "xlsx"}), ("public_notice", {}),
                ("register_book", {"filled": True}), ("allowance", {})]
    papers = [*((kind, {"division_code": village, **more}) for kind, more in of_month),
              ("certificate", {"cadre_id": october[0].cadre.id}), ("handover", {"handover_id": made.json["id"]})]
    for kind, more in papers:
        answer = export(township, kind, **more)
        text = text_of(answer) if answer.mimetype == DOCX else "\n".join(
            str(cell.value) for row in cells_of(answer) for cell in row)
        assert not re.findall(r"\b(?:form|rule|month|dashboard|cadre_role|leave)\.[a-z_.0-9]+", text), kind
        assert ("Signs" in text if language == "en" else "符号" in text) or kind not in ("month_sheet", "register_book")


def test_a_sheet_names_every_weekday(as_user, county, october):
    text = text_of(export(as_user(county.person("village", county.villages["A1"])), "month_sheet"))
    assert all(letter in text.split("\n") for letter in "一二三四五六日")


def test_an_allowance_without_a_rate_leaves_its_cells_to_fill_in(as_user, county):
    person = county.cadre("A1", name="张三")
    stay(county, person)
    township = close_october(as_user, county, [person])
    rows = cells_of(export(township, "allowance", division_code=county.villages["A1"].code))
    [line] = [[cell.value for cell in row] for row in rows if len(row) > 13 and row[3].value == "张三"]
    assert line[7] is None and line[10] is None and line[8].startswith("=")
    assert any("没有录入标准" in str(row[0].value) for row in rows)


def test_the_workbook_of_a_month_prints_one_page_wide_with_its_headings(as_user, county, october):
    answer = export(as_user(county.person("village", county.villages["A1"])), "month_sheet", format="xlsx")
    [page] = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    setup = page.page_setup
    assert (setup.orientation, str(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == (
        "landscape", "9", None, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage and page.print_title_rows == "$1:$4"


@pytest.mark.slow
@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_every_paper_opens_and_prints(app, as_user, county, october, tmp_path):
    """LibreOffice makes a PDF of each; it would refuse or drop what is no sound file."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice and poppler are not installed")
    for number in range(28):
        county.cadre("A1", name=f"古丽巴哈尔·阿卜杜热依木江{number}")
    township = as_user(county.person("supervisor", county.townships["A"]))
    made = township.post("/api/v1/handovers", json={
        "id": str(uuid4()), "posting_id": october[0].posting.id, "handed_on": "2026-11-20", "matters": []})
    papers = {
        "sheet.docx": export(township, "month_sheet"), "sheet.xlsx": export(township, "month_sheet", format="xlsx"),
        "notice.docx": export(township, "public_notice"), "book.docx": export(township, "register_book"),
        "filled.docx": export(township, "register_book", filled=True),
        "certificate.docx": export(township, "certificate", cadre_id=october[1].cadre.id),
        "handover.docx": export(township, "handover", handover_id=made.json["id"])}
    clerk = as_user(county.person("village", county.villages["A1"]))
    assert say(clerk, "confirmed", look(clerk), note="都在外面培训").status_code == 201
    assert close(township, look(clerk)).status_code == 201
    leave(as_user(county.person("supervisor", name="周督查")), october[1], "errand", "2026-10-30")
    papers |= {
        "closed.docx": export(township, "month_sheet"), "closed.xlsx": export(township, "month_sheet", format="xlsx"),
        "allowance.xlsx": export(township, "allowance")}
    for name, answer in papers.items():
        (tmp_path / name).write_bytes(answer.data)
    facts = filing_facts(county.session, settings=app.config, today=county.now.date())
    for name, write in (("filing.docx", write_filing), ("assessment.docx", write_assessment)):
        document = new_document()
        write(document, facts)
        save(document, tmp_path / name)
    for suffix in ("docx", "xlsx"):
        files = sorted(str(path) for path in tmp_path.glob(f"*.{suffix}"))
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--convert-to",
                        "pdf", "--outdir", str(tmp_path / suffix), *files], check=True, capture_output=True,
                       timeout=120)
    # Of each its title, and what this paper has besides.
    words = {"sheet": ("考勤表", "未定稿"), "notice": ("公示", "李四"), "book": ("考勤簿", "请假、公出登记"),
             "filled": ("考勤簿", "按系统记录填出"), "certificate": ("驻村经历证明", "李四"), "handover": ("交接清单", "监交人"),
             "closed": ("考勤表", "已定稿", "周督查批准请假或公出"), "filing": ("备案材料", "余庆县"),
             "allowance": ("补助发放表", "1,160.00", "周督查批准请假或公出"), "assessment": ("影响评估", "轨迹")}
    printed = sorted(tmp_path.glob("*/*.pdf"))
    for pdf in printed:
        text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True,
                              text=True).stdout
        assert [word for word in words[pdf.stem] if word not in re.sub(r"\s", "", text)] == [], pdf.name
    assert len(printed) == len(papers) + 2
