"""The notice that a village posts (.docx): days in the village and away, in roster order. Nothing else about anybody.

Kinds of leave stay out: whether somebody was ill is nobody's business on a board. So do rates: the notice is no list
to compare people by.
"""

from collections.abc import Sequence
from datetime import date
from typing import IO

from docx.document import Document

from api.dashboards.forms_rules import REASONS, VillageMonth, days_with
from api.dashboards.month_grid_service import footer_of, mark_of, title_of
from api.docx import add_line, begin_section, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import FormWords
from api.vocabulary import ERRAND_KINDS

_WIDTHS_MM = (14, 30, 34, 44, 16, 16, 16)
_COLUMNS = ("number", "name", "role", "sending_unit", "stationed_days", "errand_days", "leave_days")


def write_public_notices(file: IO[bytes], months: Sequence[VillageMonth], *, objections_until: date | None,
                         words: FormWords) -> int:
    """One notice a village; without a day until when to object there is a blank for it. Answers how many cadres."""
    document = new_document(margin_mm=20)
    for number, month in enumerate(months):
        if number:
            begin_section(document)
        set_footer(document, footer_of(words, month, "public_notice.title"), page=words.page())
        _add_notice(document, month, objections_until, words)
    save(document, file)
    return sum(len(month.rows_of_month) for month in months)


def _add_notice(document: Document, month: VillageMonth, until: date | None, words: FormWords) -> None:
    sheet, days = month.sheet, month.days_of_month
    # Two lines, broken where a reader would: whose notice it is, and what of.
    for key, after in (("public_notice.of", 2), ("public_notice.what", 10)):
        add_line(document, title_of(words, month, key), size=20, heading=True, centred=True, after=after)
    if month.closing is None:
        add_line(document, mark_of(words, month).text, size=12, bold=True, right=True, after=4)
    add_line(document, words("public_notice.lead", month=words.month(sheet.month_on),
                             span=words.span(days[0].day, days[-1].day)), size=14, indented=True, after=6)
    rows = [[words(f"notice_column.{name}") for name in _COLUMNS]]
    for number, row in enumerate(month.rows_of_month, start=1):
        counts = [days_with(row, sheet.days, kinds) for kinds in (("stationed",), ERRAND_KINDS, REASONS)]
        rows.append([str(number), row.name, words.other(f"cadre_role.{row.cadre_role}"), row.sending_unit,
                     *map(str, counts)])
    if not month.rows_of_month:
        rows.append([Cell(words("nobody"), columns=len(_WIDTHS_MM))])
    add_grid(document, rows, widths_mm=_WIDTHS_MM, size=12, heading_rows=1, least_mm=9, sides_mm=1)
    add_line(document, "", size=4, after=2)
    add_line(document, words("public_notice.note"), size=10.5, after=6)
    to_object = words("public_notice.object_until", day=words.day(until)) if until else words("public_notice.object")
    add_line(document, to_object.replace("#", sheet.township), size=14, indented=True, after=6, together=True)
    for line in ("hotline", "box"):
        add_line(document, words(f"public_notice.{line}"), size=14, indented=True, after=4, together=True)
    add_line(document, "", size=14, together=True)
    add_line(document, words("public_notice.seal", village=sheet.village), size=14, right=True, after=4, together=True)
    add_line(document, words("blank_day"), size=14, right=True)
