"""The papers of a filing (备案) and of an impact assessment, filled in as far as the program knows itself.

Both follow what the 2026 rule and 个人信息保护法 articles 55 and 56 ask for; they are papers of the county, in Chinese.
"""

from api import about, i18n
from api.docx import add_line
from api.docx_grid import Cell, add_grid

# What stays free around the text of a cell.
_ROOM = {"sides_mm": 1.5, "air_mm": 1}


def _t(key: str, **params) -> str:
    return i18n.text("zh", key, **params)


def write_filing(document, facts: dict) -> None:
    """The five parts, each as a form of which the known rows are filled in; `facts` as filing_facts gives them."""
    book = about.function_book()
    add_line(document, _t("filing.title"), size=22, heading=True, centred=True)
    for number, part in enumerate(book["papers"], start=1):
        add_line(document, f"{'一二三四五'[number - 1]}、{_t('filing.part.' + part['key'])}", size=16, heading=True,
                 before=14, together=True)
        if part["key"] == "functions":
            _write_functions(document, book, facts)
            continue
        rows = [[Cell(_t(f"filing.{part['key']}.{row}"), bold=True, align="left"),
                 Cell(_answer(row, facts), align="left")] for row in part["rows"]]
        add_grid(document, rows, widths_mm=(50, 120), size=11, least_mm=9, **_ROOM)


def _answer(row: str, facts: dict) -> str:
    """What the system knows of a row; the rest is a blank with a hint for whoever fills it in."""
    county = facts["county"]
    users = "，".join(_t("filing.users", role=_t(f"role.{role}"), n=count) for role, count in facts["users"].items())
    known = {"host": facts["host_unit"], "county": f"{county.name}（{county.code}）" if county else "",
             "users": users, "address": facts["address"], "version": facts["version"],
             "filing_number": facts["filing_number"], "hotline": facts["hotline"]}
    answer = f"filing.answer.{row}"
    return known.get(row) or (_t(answer, days=_days(facts)) if i18n.has_text("zh", answer) else _t("filing.blank"))


def _days(facts: dict) -> int | str:
    """For how many days the county keeps coordinates; a blank before it has rules."""
    return facts["coordinates_days"] or "＿＿"


def _write_functions(document, book: dict, facts: dict) -> None:
    add_line(document, _t("about.functions"), size=14, heading=True, before=8, together=True)
    for key in book["functions"]:
        add_line(document, f"{_t(f'about.function.{key}.name')}：{_t(f'about.function.{key}.text')}")
    add_line(document, _t("about.absent"), size=14, heading=True, before=8, together=True)
    for key in book["absent"]:
        add_line(document, _t(f"about.absent.{key}"))
    add_line(document, _t("about.data"), size=14, heading=True, before=8, together=True)
    rows = [[_t(f"about.column.{name}") for name in about.COLUMNS]]
    rows += [[Cell(_t(f"about.data.{one['key']}.{name}", days=_days(facts)), align="left") for name in about.COLUMNS]
             for one in book["data"]]
    add_grid(document, rows, widths_mm=(50, 45, 35, 40), size=10, heading_rows=1, **_ROOM)


def write_assessment(document, facts: dict) -> None:
    """The questions of an impact assessment, each with what is true of the program; the rest is the assessor's."""
    add_line(document, _t("assessment.title"), size=22, heading=True, centred=True)
    add_line(document, _t("assessment.lead"))
    rows = [[Cell(_t("assessment.question"), bold=True), Cell(_t("assessment.answer"), bold=True)]]
    rows += [[Cell(_t(f"assessment.{key}"), align="left"),
              Cell(_t(f"assessment.{key}.answer", days=_days(facts)), align="left")]
             for key in about.function_book()["assessment"]]
    add_grid(document, rows, widths_mm=(65, 105), size=11, heading_rows=1, least_mm=14, **_ROOM)
    add_line(document, _t("assessment.signed"), right=True, before=10)
