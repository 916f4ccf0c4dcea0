"""Attachments are read to the last corner, and what cannot be read safely is refused kindly."""

import io
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from api.contracts.attachment_office_rules import BadAttachment
from api.contracts.attachments_rules import MOST_BYTES, read_attachment, safe_name
from tests.contracts.files_to_disclose import DOCUMENTS, ID, WORKBOOKS, document, pdf, with_part, workbook


def found(data, name):
    reading = read_attachment(data, name)
    assert (reading.verdict == "found") == bool(reading.found)
    assert not any(number in str(reading.found) for number in (ID, "13808123456"))
    return {(one["kind"], one["part"]) for one in reading.found}


@pytest.mark.parametrize("where", WORKBOOKS)
def test_a_number_is_found_in_every_corner_of_a_workbook(where):
    change, part = WORKBOOKS[where]
    assert part in {part for _kind, part in found(workbook(change), "收支.xlsx")}


@pytest.mark.parametrize("where", DOCUMENTS)
def test_a_number_is_found_in_every_corner_of_a_letter(where):
    change, part = DOCUMENTS[where]
    assert part in {part for _kind, part in found(document(change), "补贴.docx")}


def test_a_cell_is_named_by_its_sheet():
    reading = read_attachment(workbook(WORKBOOKS["hidden sheet"][0]), "a.xlsx")
    assert reading.found == [{"kind": "id_card", "masked": "5203************18", "part": "sheet", "name": "名单",
                              "at": "B3"}]


@pytest.mark.parametrize(("data", "part"), [
    (pdf("Tel 13808123456"), "page"), (pdf(info=f"/Author ({ID})"), "metadata"),
    (pdf(more=f"/Annots [ << /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents ({ID}) >> ]"), "comments"),
    (pdf(more="/Annots [ << /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (tel:13808123456) >> >> ]"),
     "comments"),
])
def test_a_number_is_found_in_every_corner_of_a_pdf(data, part):
    assert {part for _kind, part in found(data, "a.pdf")} == {part}


def test_the_name_of_a_file_is_read_too():
    assert found(workbook(), "张三13808123456.xlsx") == {("mobile", "file_name")}


@pytest.mark.parametrize(("data", "name"), [(workbook(), "a.xlsx"), (document(), "a.docx"), (pdf(), "A.PDF")])
def test_a_file_without_any_is_clean(data, name):
    reading = read_attachment(data, name)
    assert (reading.verdict, reading.found) == ("clean", [])


@pytest.mark.parametrize(("data", "name"), [
    (pdf(""), "scan.pdf"), (with_part(document(), "word/media/image1.png", b"\x89PNG"), "a.docx"),
    (with_part(workbook(), "xl/media/image1.jpeg", b"\xff\xd8"), "a.xlsx"),
    (with_part(document(), "word/embeddings/oleObject1.bin", b"\xd0\xcf"), "a.docx"),
])
def test_what_only_eyes_can_read_needs_eyes(data, name):
    assert read_attachment(data, name).verdict == "unreadable"


def test_a_file_within_a_file_is_read():
    inner = workbook(WORKBOOKS["hidden sheet"][0])
    assert found(with_part(document(), "word/embeddings/Sheet1.xlsx", inner), "a.docx") == {("id_card", "embedded")}


def encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a>" + b" " * (70 * 2**20) + b"</a>")
    return file.getvalue()


@pytest.mark.parametrize(("data", "name", "reason"), [
    (b"", "a.xlsx", "attachment_empty"), (b"%PDF-" + b"0" * MOST_BYTES, "a.pdf", "attachment_too_large"),
    (b"hello", "a.xlsx", "attachment_kind"), (b"\x89PNG\r\n", "a.png", "attachment_kind"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.xls", "attachment_old"),
    (workbook(), "a.docx", "attachment_renamed"), (pdf(), "a.docx", "attachment_renamed"),
    (document(), "a.pdf", "attachment_renamed"),
    (workbook()[:2000], "a.xlsx", "attachment_broken"), (b"PK\x03\x04 and no more", "a.xlsx", "attachment_broken"),
    (b"%PDF-1.4 and no more", "a.pdf", "attachment_broken"), (encrypted(), "a.pdf", "attachment_encrypted"),
    (pdf(pages=201), "a.pdf", "attachment_too_many_pages"), (bomb(), "a.xlsx", "attachment_too_large"),
    (with_part(workbook(), "xl/vbaProject.bin", b"x"), "a.xlsx", "attachment_macros"),
    (with_part(document(), "word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "a.docx",
     "attachment_forbidden_xml"),
    (with_part(document(), "word/extra.xml", b"<a>"), "a.docx", "attachment_broken"),
    (with_part(workbook(), "xl/extra.xml", b"<a>" + b"<b/>" * 1_500_001 + b"</a>"), "a.xlsx", "attachment_too_large"),
])
def test_what_cannot_be_read_safely_is_refused_with_its_reason(data, name, reason):
    with pytest.raises(BadAttachment) as refused:
        read_attachment(data, name)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("name", "safe"), [
    ("收支.xlsx", "收支.xlsx"), ("..\\..\\a/b/收支.xlsx", "收支.xlsx"), ("a\u202excod.xlsx", "axcod.xlsx"),
    ('"a";b\r\n.pdf', "a;b.pdf"), (".pdf", "file.pdf"), ("x" * 300 + ".pdf", "x" * 100 + ".pdf"), ("noending", ""),
])
def test_names_of_files_are_made_safe(name, safe):
    assert safe_name(name) == safe
