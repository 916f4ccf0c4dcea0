"""Layouts of the county's own: what is taken, what is refused and why, and what is printed with one."""

import io
import re
import zipfile
from datetime import date

import docx
import pytest
from docx.enum.section import WD_SECTION
from sqlalchemy import select

from api.audit import AuditEntry
from api.dashboards.diary_rules import FORMS, PrintedPage
from api.dashboards.template_filling_service import fill_template
from api.dashboards.templates_rules import FIELDS, MOST_PARTS, BadTemplate, check_template
from api.docx import DOCX

PATH, TODAY = "/api/v1/print-templates", "2026-11-20"
DIARY = f"{PATH}/peoples_diary"
DOCUMENT, TYPES, RELATIONS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"


def layout(*runs: str, header: str = "", table: bool = False) -> bytes:
    """A layout with one paragraph in such runs, as Word would save it."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = header
    if table:
        document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ text }}"
    paragraph = document.add_paragraph()
    for number, run in enumerate(runs):
        paragraph.add_run(run).bold = bool(number % 2)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


GOOD = layout("姓名：{{ name }}，{{ text }}")


def repacked(data: bytes = GOOD, *, more: dict | None = None, **replaced: tuple[str, str]) -> bytes:
    """The file with parts added, and with text of parts replaced: document, types, relations."""
    names = {DOCUMENT: "document", TYPES: "types", RELATIONS: "relations"}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if names.get(name) in replaced:
                before, after = (text.encode() for text in replaced[names[name]])
                assert before in content
                content = content.replace(before, after, 1)
            new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return file.getvalue()


def body(text: str) -> dict:
    return {"document": ("<w:body>", f"<w:body>{text}")}


def relation(kind: str, target: str, mode: str = "") -> dict:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return {"relations": ("</Relationships>",
                          f'<Relationship Id="rId99" Type="{schema}/{kind}" Target="{target}"{mode}/></Relationships>')}


EXTERNAL = ' TargetMode="External"'
CODE = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
BAD = {
    "nothing": (b"", "template_not_docx"),
    "no zip": (b"%PDF-1.7 " + b"x" * 500, "template_not_docx"),
    "half a file": (GOOD[:len(GOOD) // 2], "template_not_docx"),
    "another zip": (repacked(types=("document.main+xml", "template.main+xml")), "template_not_docx"),
    "a doctype": (repacked(document=("<w:document", '<!DOCTYPE a [<!ENTITY b "c">]><w:document')), "template_not_docx"),
    "a doctype in UTF-16": (repacked(more={"word/a.xml": '<!DOCTYPE a><a/>'.encode("utf-16")}), "template_not_docx"),
    "UTF-7": (repacked(more={"word/a.xml": '<?xml version="1.0" encoding="UTF-7"?><a/>'}), "template_not_docx"),
    "a part twice": (repacked(more={"Word/Document.xml": "<a/>"}), "template_not_docx"),
    "a macro": (repacked(more={"word/vbaProject.bin": b"x"}), "template_macros"),
    "a macro under another name": (repacked(**relation("vbaProject", "a.xml")), "template_macros"),
    "a .docm": (repacked(types=(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml")), "template_macros"),
    "an OLE object": (repacked(more={"word/embeddings/oleObject1.bin": b"x"}), "template_embedded"),
    "a workbook": (repacked(more={"word/embeddings/a.xml": b"<a/>"}), "template_embedded"),
    "a control": (repacked(**relation("control", "a.xml")), "template_embedded"),
    "a page of HTML": (repacked(more={"word/a.html": b"x"}), "template_embedded"),
    "a template": (repacked(**relation("attachedTemplate", "file:///a.dotm", EXTERNAL)), "template_external"),
    "a remote picture": (repacked(**relation("image", "http://example.com/a.png", EXTERNAL)), "template_external"),
    "an address that calls itself internal": (repacked(**relation("image", "//example.com/a")), "template_external"),
    "an old picture": (repacked(**body('<w:p><w:r><w:pict src="http://example.com/a"/></w:r></w:p>')),
                       "template_external"),
    "a code": (repacked(**body('<w:p><w:fldSimple w:instr=" INCLUDEPICTURE a "/></w:p>')), "template_field_code"),
    "a code in runs": (repacked(**body(CODE.format(
        "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r>"))),
        "template_field_code"),
    "a code in a code": (repacked(**body(CODE.format(
        "<w:r><w:instrText> PAGE </w:instrText></w:r>"
        + CODE.format("<w:r><w:instrText>QUOTE 68</w:instrText></w:r>").removeprefix("<w:p>").removesuffix("</w:p>")))),
        "template_field_code"),
    "a bomb": (repacked(more={"word/a.png": bytes(30 * 1024 * 1024)}), "template_unpacks_too_large"),
    "a long part": (repacked(more={"word/a.xml": b"<a>" + bytes(1024 * 1024) + b"</a>"}), "template_unpacks_too_large"),
    "a long text": (layout("{{ name }}" + "村" * 200_000), "template_unpacks_too_large"),
    "many parts": (repacked(more={f"word/{n}.png": b"" for n in range(MOST_PARTS)}), "template_unpacks_too_large"),
    "no field": (layout("姓名"), "template_without_fields"),
    "an unknown field": (layout("单位：{{ colour }}"), "template_field_unknown"),
    "an attack": (layout("{{ ''.__class__ }}"), "template_field_unknown"),
    "a filter": (layout("{{ name|upper }}"), "template_field_unknown"),
    "a call": (layout("{{ name() }}"), "template_field_unknown"),
    "a tag": (layout("{{ name }}{% for a in b %}"), "template_field_unknown"),
    "a field that never ends": (layout("{{ name }} {{ day"), "template_field_unknown"),
    "three braces": (layout("{{{ name }}}"), "template_field_unknown"),
    "a field of the day in a header": (layout("{{ name }}", header="{{ day }}"), "template_field_unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_layout_is_refused_with_its_reason(name):
    data, reason = BAD[name]
    with pytest.raises(BadTemplate) as refused:
        check_template(data, "peoples_diary")
    assert refused.value.reason == reason


@pytest.mark.parametrize(("data", "fields"), [
    (GOOD, ["name", "text"]),
    (layout("{", "{ na", "me }", "}"), ["name"]),
    # An input method for Chinese types braces of full width.
    (layout("｛｛name｝｝{{day}}"), ["name", "day"]),
    (layout("{{ text }}", header="{{ name }}"), ["name", "text"]),
    (layout("{{ text }} {1} 100% # {a}"), ["text"]),
    (repacked(**body(CODE.format("<w:r><w:instrText> PAGE </w:instrText></w:r>"))), ["name", "text"]),
])
def test_a_good_layout_is_taken_with_its_fields(data, fields):
    assert check_template(data, "peoples_diary") == fields


def page(**texts: str) -> PrintedPage:
    return PrintedPage("张三", "子营街道A1村", texts.pop("day", "2026年11月20日"), "星期五",
                       {**dict.fromkeys(FORMS["peoples_diary"], ""), **texts})


def filled(template: bytes, *pages: PrintedPage):
    file = io.BytesIO()
    fill_template(file, template, pages)
    return docx.Document(file)


def test_a_field_cut_into_runs_keeps_the_look_of_its_beginning():
    [paragraph] = filled(layout("姓名：{", "{ na", "me }", "} 同志，{{day}}"), page()).paragraphs
    assert paragraph.text == "姓名：张三 同志，2026年11月20日"
    assert [run.text for run in paragraph.runs][0] == "姓名：张三"


def test_what_a_person_typed_is_only_text():
    said = "{{ name }} {{ ''.__class__ }} <w:p>\n第二行\t\x07=1+1"
    [paragraph] = filled(layout("{{ text }}"), page(text=said)).paragraphs
    assert paragraph.text == "{{ name }} {{ ''.__class__ }} <w:p>\n第二行 =1+1"


def test_every_further_day_begins_a_page_with_the_whole_layout():
    template = layout("{{ day }}", header="{{ name }}", table=True)
    document = filled(template, *(page(day=f"{n}日", text=f"事{n}") for n in (1, 2, 3)))
    assert [table.cell(0, 0).text for table in document.tables] == ["事1", "事2", "事3"]
    # A table cannot begin a page; the low line before it does.
    assert [(one.text, one.paragraph_format.page_break_before) for one in document.paragraphs] == [
        ("1日", None), ("", True), ("2日", None), ("", True), ("3日", None)]
    assert document.sections[0].header.paragraphs[0].text == "张三" and len(document.sections) == 1
    plain = filled(layout("{{ day }}"), page(day="1日"), page(day="2日"))
    assert [(one.text, one.paragraph_format.page_break_before) for one in plain.paragraphs] == [
        ("1日", None), ("2日", True)]


def test_a_layout_of_several_sections_is_repeated_with_them():
    document = docx.Document()
    document.add_paragraph("{{ day }}")
    document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("{{ text }}")
    file = io.BytesIO()
    document.save(file)
    printed = filled(file.getvalue(), page(day="1日", text="甲"), page(day="2日", text="乙"))
    assert [one.text for one in printed.paragraphs if one.text] == ["1日", "甲", "2日", "乙"]


def put(client, data: bytes, path: str = DIARY):
    return client.put(path, data=data, content_type=DOCX)


def test_the_county_prints_in_its_own_layout_until_it_goes_back(as_user, county):
    admin, cadre = county.person("admin", name="李主任"), county.cadre("A1", name="张三")
    county.diary_entry(cadre, "走访一天", submitted=True)
    county.diary_entry(cadre, "又一天", day=date(2026, 11, 19), submitted=True)
    client, template = as_user(admin), layout("本县表样：{{ na", "me }}　{{ text }}")
    answer = put(client, template)
    assert (answer.status_code, answer.json["kind"], answer.json["own"]["size_bytes"],
            answer.json["own"]["uploaded_by"]) == (
        200, "peoples_diary", len(template), {"id": admin.user.id, "name": "李主任"})
    assert [bool(one["own"]) for one in client.get(PATH).json["templates"]] == [True, False, False]
    got = client.get(DIARY, buffered=True)
    assert (got.data, got.mimetype) == (template, DOCX) and "attachment" in got.headers["Content-Disposition"]

    def printed(kind: str, **when) -> list[str]:
        made = as_user(cadre).post("/api/v1/exports", json={"kind": kind, **when}, buffered=True)
        return [one.text for one in docx.Document(io.BytesIO(made.data)).paragraphs if one.text.strip()]

    assert printed("peoples_diary", month="2026-11") == ["本县表样：张三　又一天", "本县表样：张三　走访一天"]
    assert printed("work_log", day=TODAY)[0] == "驻村工作日志"
    other = layout("第二版：{{ name }}")
    assert put(client, other).status_code == 200
    assert printed("peoples_diary", day=TODAY) == ["第二版：张三"]
    assert [client.delete(DIARY).status_code for _twice in range(2)] == [204, 204]
    assert printed("peoples_diary", day=TODAY)[0] == "民情日记"
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action.like("print_template.%"))
                                     .order_by(AuditEntry.number)).all()
    assert [(one.action, one.user_id, one.subject) for one in entries] == [
        (f"print_template.{what}", admin.user.id, "print_template:peoples_diary") for what in ("set", "set", "removed")]
    assert entries[0].details["fields"] == ["name", "text"]


@pytest.mark.parametrize("kind", FORMS)
def test_the_built_in_layout_has_every_field_and_may_be_sent_back(as_user, county, kind):
    client = as_user(county.person("admin"))
    got = client.get(f"{PATH}/{kind}?built_in=true", buffered=True)
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        named = re.findall(r"\{\{ (\w+) \}\}", archive.read(DOCUMENT).decode())
    assert set(named) == set(FIELDS[kind]) == set(next(
        one["fields"] for one in client.get(PATH).json["templates"] if one["kind"] == kind))
    assert put(client, got.data, f"{PATH}/{kind}").status_code == 200


def test_what_is_wrong_is_said_with_its_place_and_nothing_changes(as_user, county):
    client = as_user(county.person("admin"))
    put(client, GOOD)
    refused = put(client, layout("单位：{{ colour }}，{{ ''.__class__ }}"))
    assert (refused.status_code, refused.json["reason"]) == (422, "template_field_unknown")
    assert [(one["field"], one["part"]) for one in refused.json["errors"]["fields"]] == [
        ("colour", DOCUMENT), ("''.__class__", DOCUMENT)]
    assert "colour（单位：{{ colour }}" in refused.json["message"].replace(" (", "（")
    for name in ("nothing", "a macro", "an OLE object", "a template", "a code", "a bomb", "no field"):
        data, reason = BAD[name]
        refused = put(client, data)
        assert (refused.status_code, refused.json["reason"]) == (422, reason)
        assert "error." not in refused.json["message"] and "{part}" not in refused.json["message"]
    large = put(client, b"PK" + bytes(20 * 1024 * 1024))
    assert (large.status_code, large.json["reason"]) == (413, "too_large")
    assert client.put(DIARY, data={"file": (io.BytesIO(GOOD), "a.docx")}).status_code == 422
    # What only the library that prints can see.
    assert put(client, repacked(relations=("styles.xml", "absent.xml"))).json["reason"] == "template_not_docx"
    assert client.get(DIARY, buffered=True).data == GOOD
    assert put(client, GOOD, f"{PATH}/month_sheet").status_code == 404


def test_only_the_countys_administrators_change_layouts(as_user, client, county):
    for path, method in ((PATH, "GET"), (DIARY, "GET"), (DIARY, "PUT"), (DIARY, "DELETE")):
        assert client.open(path, method=method, data=GOOD if method == "PUT" else None).status_code == 401
        for person in (county.cadre("A1"), *map(county.person, ("supervisor", "village", "auditor"))):
            assert as_user(person).open(path, method=method).status_code == 403
    township = as_user(county.person("admin", county.townships["A"]))
    assert township.get(PATH).status_code == 200 and township.get(DIARY, buffered=True).status_code == 200
    for refused in (put(township, GOOD), township.delete(DIARY)):
        assert (refused.status_code, refused.json["reason"]) == (403, "county_template")
