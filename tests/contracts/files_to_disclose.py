"""Attachments as villages have them, with a number of a person in any corner of them."""

import io
import zipfile

import docx
import openpyxl
from docx.oxml import parse_xml
from openpyxl.comments import Comment

ID = "520329190001010018"
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def workbook(change=None) -> bytes:
    """A workbook of what a village spent; `change(book)` puts something into it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "收支"
    sheet.append(["日期", "项目", "金额"])
    sheet.append(["2026-03-01", "修路", 12345.67])
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def document(change=None) -> bytes:
    """A letter; `change(document)` puts something into it."""
    paper = docx.Document()
    paper.add_paragraph("2026年第一季度惠农补贴发放情况，共138户，金额13800.00元。")
    if change:
        change(paper)
    file = io.BytesIO()
    paper.save(file)
    return with_part(file.getvalue(), "docProps/thumbnail.jpeg", None)


def with_part(data: bytes, name: str, content: bytes | None) -> bytes:
    """A zip with one more part, or without one."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        if content is not None:
            new.writestr(name, content)
    return file.getvalue()


def pdf(text: str = "Village account 2026", *, more: str = "", info: str = "", pages: int = 1) -> bytes:
    """A .pdf of pages with a line of text; `more` goes into each page's dictionary."""
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F1 << "
          f"/Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> {more} >>"] * pages,
        f"<< {info} >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return data + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} "
                   f"/Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(data)}\n%%EOF\n").encode()


def _hidden_sheet(book):
    sheet = book.create_sheet("名单")
    sheet["B3"] = ID
    sheet.sheet_state = "veryHidden"


def _number_cell(book):
    book.active["D2"] = 13808123456


def _cut_number(book):
    book.active["D2"] = 520329190001010018


def _comment(book):
    book.active["A1"].comment = Comment("张三 13808123456", "会计")


def _header_of_sheet(book):
    book.active.oddHeader.center.text = f"联系人 {ID}"


def _name_of_sheet(book):
    book.create_sheet("13808123456")


def _property_of_book(book):
    book.properties.description = f"身份证 {ID}"


def _boxes(book):
    for column, digit in enumerate(ID, start=1):
        book.active.cell(row=9, column=column, value=digit)


def _formula(book):
    book.active["D9"] = f'="{ID}"'


WORKBOOKS = {
    "hidden sheet": (_hidden_sheet, "sheet"), "number cell": (_number_cell, "sheet"),
    "number of 18 digits": (_cut_number, "sheet"), "comment": (_comment, "comments"),
    "header": (_header_of_sheet, "sheet"), "name of a sheet": (_name_of_sheet, "other"),
    "property": (_property_of_book, "metadata"), "a digit in each cell": (_boxes, "sheet"),
    "formula": (_formula, "sheet"),
}


def _runs(paper):
    paragraph = paper.add_paragraph("电话")
    for part in ("138", "0812", "3456"):
        paragraph.add_run(part).bold = part == "0812"


def _table(paper):
    paper.add_table(rows=2, cols=2).cell(1, 1).text = ID


def _header(paper):
    paper.sections[0].header.paragraphs[0].text = ID


def _footer(paper):
    paper.sections[0].footer.paragraphs[0].text = "13808123456"


def _note(paper):
    paper.add_comment(paper.add_paragraph("同意").runs, text=f"本人 {ID}", author="会计")


def _deleted(paper):
    paper.paragraphs[0]._p.append(parse_xml(
        f'<w:del {_WORD} w:id="1" w:author="x"><w:r><w:delText>{ID}</w:delText></w:r></w:del>'))


def _inserted(paper):
    paper.paragraphs[0]._p.append(parse_xml(
        f'<w:ins {_WORD} w:id="2" w:author="x"><w:r><w:t>{ID}</w:t></w:r></w:ins>'))


def _box(paper):
    paper.paragraphs[0].add_run()._r.append(parse_xml(
        f'<w:pict {_WORD} xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>{ID}</w:t>'
        '</w:r></w:p></w:txbxContent></v:textbox></w:pict>'))


def _property(paper):
    paper.core_properties.comments = f"经办 {ID}"


def _hidden_text(paper):
    paper.add_paragraph().add_run(ID).font.hidden = True


DOCUMENTS = {
    "runs": (_runs, "body"), "table": (_table, "body"), "header": (_header, "header"), "footer": (_footer, "header"),
    "comment": (_note, "comments"), "tracked deletion": (_deleted, "body"), "tracked insertion": (_inserted, "body"),
    "text box": (_box, "body"), "property": (_property, "metadata"), "hidden text": (_hidden_text, "body"),
}
