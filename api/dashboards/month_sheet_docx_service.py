"""The month sheet on paper (.docx): landscape A4, one row a cadre, one column a day, places to sign."""

from collections.abc import Sequence
from typing import IO

from docx.document import Document

from api.dashboards.forms_rules import VillageMonth
from api.dashboards.month_grid_service import (
    add_head,
    add_places_to_sign,
    correction_rows,
    footer_of,
    ground_of,
    heading_rows,
    legend_line,
    rule_lines,
    sign_text,
    version_lines,
)
from api.docx import add_line, begin_section, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import FormWords

WIDTH_MM = 277
# Number, name and role before the days; behind them the figures and the cadre's own signature.
_BEFORE_MM = (7, 15, 15)
_FIGURES = ("duty_days", "required_days", "credited_days", "rate", "days_of_month", "days_of_year")
# A rate of 100.0% stands on one line.
_FIGURES_MM = (8.4, 8.4, 8.4, 12.8, 8.4, 8.4)
_SIGNATURE_MM = 16.6


def write_month_sheets(file: IO[bytes], months: Sequence[VillageMonth], *, words: FormWords) -> int:
    """One sheet after the other, each on a page of its own; answers the number of cadres."""
    document = new_document(landscape=True, margin_mm=10)
    for number, month in enumerate(months):
        if number:
            begin_section(document)
        set_footer(document, footer_of(words, month, "month_sheet.title"), page=words.page(), size=7.5)
        _add_sheet(document, month, words)
    save(document, file)
    return sum(len(month.sheet.rows) for month in months)


def _add_sheet(document: Document, month: VillageMonth, words: FormWords) -> None:
    sheet = month.sheet
    add_head(document, words, month, key="month_sheet.title", width_mm=WIDTH_MM)
    taken = sum(_BEFORE_MM) + sum(_FIGURES_MM) + _SIGNATURE_MM
    day_mm = (WIDTH_MM - taken) / len(sheet.days)
    widths = [*_BEFORE_MM, *[day_mm] * len(sheet.days), *_FIGURES_MM, _SIGNATURE_MM]
    rows = heading_rows(words, sheet.days, before=[words(f"column.{name}") for name in ("number", "name", "role")],
                        after=[*(words(f"figure_short.{name}") for name in _FIGURES), words("column.own_signature")])
    grounds = [ground_of(day) for day in sheet.days]
    for number, row in enumerate(sheet.rows, start=1):
        signs = [Cell(sign_text(words, sign), ground=ground)
                 for sign, ground in zip(row.signs, grounds, strict=True)]
        figures = [words.rate(row.rate) if name == "rate" else str(getattr(row, name)) for name in _FIGURES]
        rows.append([str(number), row.name, Cell(words.other(f"cadre_role.{row.cadre_role}"), size=6.5), *signs,
                     *(Cell(figure, size=8.5) for figure in figures), ""])
    if not sheet.rows:
        rows.append([Cell(words("nobody"), columns=len(widths))])
    rows.append(_total(words, sheet, len(widths)))
    add_grid(document, rows, widths_mm=widths, size=9, heading_rows=2, least_mm=7.5)
    _add_notes(document, month, words)
    add_places_to_sign(document, words, ("village", "township", "writers"), width_mm=WIDTH_MM)
    _add_corrections(document, month, words)


def _total(words: FormWords, sheet, columns: int) -> list[Cell]:
    figures = ["", str(sheet.required_days), str(sheet.credited_days), words.rate(sheet.rate), "", ""]
    return [Cell(words("total"), columns=columns - len(figures) - 1),
            *(Cell(figure, size=8.5) for figure in figures), Cell()]


def _add_notes(document: Document, month: VillageMonth, words: FormWords) -> None:
    add_line(document, "", size=3, after=0)
    rules = words("rules", rules=words("semicolon").join(rule_lines(words, month)))
    for line in (legend_line(words, [month]), words("grounds"), rules if month.sheet.rules else "",
                 "" if month.sheet.calendar_official else words("calendar_not_official"),
                 *version_lines(words, month)):
        if line:
            add_line(document, line, size=8, after=0)


def _add_corrections(document: Document, month: VillageMonth, words: FormWords) -> None:
    """Below the places to sign, since those signatures are about the closed version and not about these lines."""
    corrections = correction_rows(words, month)
    if not corrections:
        return
    add_line(document, "", size=3, after=0)
    add_line(document, words("corrections"), size=9.5, heading=True, after=1, together=True)
    add_grid(document, [[words("column.name"), words("column.correction"), words("column.cause")],
                        *([name, Cell(what, align="left"), Cell(why, align="left")]
                          for name, what, why in corrections)],
             widths_mm=[24, 100, WIDTH_MM - 124], size=8, heading_rows=1, sides_mm=1)
    add_line(document, words("corrections_signed"), size=9.5, after=0)
