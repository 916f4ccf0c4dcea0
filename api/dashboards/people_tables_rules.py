"""Tables of what villagers ask for and of what is written about: concerns, receptions, diaries, reports, meetings.

Of diaries the list goes into a file, never their text: it is read on the page, by whom is noted there.
"""

from api.dashboards.tables_rules import Col, Table

_VILLAGE = Col("village", "village.name", 14)
_CADRE = Col("cadre", "cadre.name", 12)
_STATES = ("raised", "accepted", "in_village", "joint_consultation", "escalated", "resolved", "explained",
           "followed_up")
_PARTS = ("situation", "problems", "suggestions", "plan")
_AGES = ("to_7", "to_15", "to_30", "over_30")

TABLES = {
    "concern_figures": Table(
        "concern-figures", "rows",
        (Col("division", "division.name", 16),
         *(Col(f"concern.state.{state}", f"states.{state}", 9) for state in _STATES),
         Col("undone", width=9),
         *(Col(f"dashboard.concern.age.{age}", f"ages.{age}", 10) for age in _AGES),
         Col("overdue_number", "overdue", 9), Col("raised_number", "raised", 9), Col("judged", width=9),
         Col("in_time", width=9),
         Col("timely_rate", form="percent")),
        total="total"),
    "receptions": Table(
        "receptions", "receptions",
        (_VILLAGE, Col("day"), Col("householder", "household.householder"), Col("cadres", "cadres.name", 20),
         Col("question", "question", 44), Col("answer", "answer", 44), Col("policy_cited", "policy_cited", 24),
         Col("entered_by", "recorded_by.name"))),
    "diary_entries": Table(
        "diary-entries", "entries",
        (Col("day"), _VILLAGE, _CADRE, Col("submitted_at", "submitted_at", 17, form="instant"),
         Col("pictures", "photos.#", 8), Col("concerns_number", "concerns.#", 8),
         Col("read_by", "readings.by.name", 24)),
        untold=("q",)),
    "submitted_reports": Table(
        "submitted-reports", "reports",
        (_CADRE, _VILLAGE, Col("kind", "kind", 12, "dashboard.report.kind"), Col("first_on"), Col("last_on"),
         Col("due_on"), Col("submitted_at", "submitted_at", 17, form="instant"), Col("is_late", width=8),
         *(Col(f"dashboard.report.part.{part}", part, 44) for part in _PARTS)),
        period="month"),
    "meetings": Table(
        "meetings", "meetings",
        (Col("division", "division.name", 16), Col("held_on"), Col("starts"), Col("place", "place", 18), _VILLAGE,
         Col("period_first", "period.first_on"), Col("period_last", "period.last_on"), Col("agenda", "agenda", 44)),
        period="month"),
    "pledges": Table(
        "pledges", "pledges",
        (_CADRE, _VILLAGE, Col("text", "text", 50), Col("from_on"), Col("to_on"),
         Col("entered_by", "entered_by.name")),
        in_county_log=True),
    # A clue of unrest is nothing that a village's or township's log should tell of by its number.
    "special_reports": Table(
        "special-reports", "reports",
        (Col("kind", "kind", 16, "concern.report"), Col("title", "title", 40), _VILLAGE, Col("author", "author.name"),
         Col("day"), Col("submitted_at", "submitted_at", 17, form="instant"), Col("shared_with", "shared_with.name"),
         Col("read_by", "readings.by.name", 24)),
        in_county_log=True),
    "photo_repeats": Table(
        "photo-repeats", "repeats",
        (Col("village", "use.village.name", 14), Col("record", "use.kind", 12, "dashboard.picture.kind"),
         Col("by", "use.by.name"), Col("day", "use.day"), Col("named_at", "use.named_at", 17, form="instant"),
         Col("earlier_record", "earlier.kind", 16, "dashboard.picture.kind"), Col("earlier_by", "earlier.by.name", 16),
         Col("earlier_day", "earlier.day", 16), Col("elsewhere", width=10), Col("decided_by", "review.by.name"),
         Col("reason", "review.reason", 36))),
}
