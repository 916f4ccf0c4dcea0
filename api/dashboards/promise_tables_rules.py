"""Tables of promises and their supervision: contracts, acceptances, notices, checks, half-year marks, the board."""

from api.dashboards.tables_rules import Col, Table

_VILLAGE = Col("village", "village.name", 14)
_DIVISION = Col("division", "division.name", 16)
_STATES = ("framework", "measures", "deliberated", "sealed", "submitted", "approved", "returned", "signed", "published",
           "closed", "replaced")

TABLES = {
    "contracts": Table(
        "contracts", "contracts",
        (_VILLAGE, Col("kind", "kind", 16, "contract.kind"), Col("first_on"), Col("last_on"),
         Col("revision", "revision.number", 8), Col("state", "revision.state", 16, "contract.state"),
         Col("changed_at", "revision.changed_at", 17, form="instant"), Col("published_revision", "published_number", 9),
         Col("items", "item_count", 8))),
    "villages_without_contracts": Table(
        "villages-without-contracts", "villages", (Col("village_code", "code", 16), Col("village", "name", 14))),
    "contract_figures": Table(
        "contract-figures", "rows",
        (_DIVISION, Col("villages"), Col("without_contract", "without"),
         *(Col(f"contract.state.{state}", f"states.{state}", 9) for state in _STATES), Col("items"),
         Col("items_due", "due"), Col("overdue_number", "overdue"),
         *(Col(f"contract.verdict.{verdict}", verdict, 9) for verdict in ("met", "partly", "not_met"))),
        total="total"),
    "acceptances_due": Table(
        "acceptances/due", "due",
        (_VILLAGE, Col("line", "item.number", 7), Col("dimension", "item.dimension", 14, "contract.dimension"),
         Col("text", "item.text", 44), Col("due_on", "item.due_on"), Col("completed_on", "completion.completed_on"),
         Col("since_on"), Col("accept_by"), Col("is_overdue", width=8))),
    "notice_figures": Table(
        "notice-figures", "rows",
        (_DIVISION, Col("open_number", "open"), Col("due_soon"), Col("overdue_number", "overdue"), Col("reissued"),
         Col("escalated"), Col("struck_off")),
        total="total"),
    # Of an unannounced check nobody below may read in a log that there is one.
    "spot_checks": Table(
        "spot-checks", "spot_checks",
        (Col("title", "title", 30), Col("kind", "kind", 14, "dashboard.check.kind"), _DIVISION,
         Col("focus", "focus", 36), Col("first_on"), Col("last_on"), Col("state", "state", 10, "dashboard.check.state"),
         Col("villages", "villages.#", 8), Col("village_names", "villages.village.name", 44)),
        in_county_log=True),
    "mark_sheets": Table(
        "mark-sheets", "sheets",
        (_VILLAGE, Col("half_on"), Col("scheme", "scheme.title", 30), Col("full_marks"), Col("total_marks", "total"),
         Col("state", "state", 12, "dashboard.marks.state"), Col("published_at", "published_at", 17, form="instant"),
         Col("appeal_until"), Col("appeal", "appeal.text", 36),
         Col("appeal_outcome", "appeal.outcome", 12, "dashboard.marks.appeal"))),
    "disclosures": Table(
        "disclosures", "disclosures",
        (_VILLAGE, Col("disclosure_class", "disclosure_class", 14, "board.class"), Col("title", "title", 36),
         Col("first_on"), Col("last_on"), Col("state", "state", 12, "board.state"),
         Col("published_at", "published_at", 17, form="instant"), Col("entered_by", "entered_by.name"),
         Col("reason", "withdrawn_reason", 30))),
}
