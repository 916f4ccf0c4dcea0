"""Every kind of export: its formats, what it is about, which filters it needs. Its words are `export.kind.<kind>`.

A new table that has a list of its own is an entry in the file of its topic (table_registry_rules); any other kind is
one here, and has its taker in export_takers_service.
"""

from dataclasses import dataclass

from api.dashboards.table_registry_rules import TABLES

# Papers of one cadre's days, which a county may lay out by itself.
DIARY_PAPERS = ("peoples_diary", "work_log", "squatting_sheet")


@dataclass(frozen=True)
class Kind:
    """`formats` with the usual one first; of the fields `about` one must be said; `needs` are filters that must be."""

    formats: tuple[str, ...]
    about: tuple[str, ...] = ("month",)
    needs: tuple[str, ...] = ()


def _paper(*about: str) -> Kind:
    return Kind(("docx",), about or ("month",))


def _sheet(*about: str) -> Kind:
    return Kind(("xlsx",), about or ("month",))


KINDS = {
    # Of a month, or of the quarter that it lies in.
    "month_table": Kind(("xlsx", "csv")), "month_sheet": Kind(("docx", "xlsx")), "month_workbook": _sheet(),
    "public_notice": _paper(), "register_book": _paper(), "allowance": _sheet(), "deeds": _sheet(),
    "visit_coverage": _sheet(),
    # Rows for analysis.
    "days": Kind(("csv",)), "visits": Kind(("csv",)),
    # All that there is below a division.
    **dict.fromkeys(("acceptances", "concerns", "households", "notices", "suggestions"), _sheet("division_code")),
    # Of one person or record.
    "certificate": _paper("cadre_id"), "handover": _paper("handover_id"), "meeting_pack": _paper("meeting_id"),
    "notice": _paper("notice_id"), "acceptance": _paper("acceptance_id"), "contract": _paper("contract_id"),
    "spot_check": _sheet("check_id"), "rating_results": _sheet("campaign_id"),
    # The blank ballot, and the result with the minutes.
    "vote_form": _paper("vote_id"), "vote_minutes": _paper("vote_id"),
    **dict.fromkeys(DIARY_PAPERS, _paper("month", "day")),
    # What has a list of its own that says what of it somebody may see.
    **{kind: Kind(("xlsx", "csv"), ("month" if table.period else "division_code",), table.needs)
       for kind, table in TABLES.items()},
}
