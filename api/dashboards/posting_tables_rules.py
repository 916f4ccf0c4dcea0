"""Tables of presence, of the people posted and of the places of villages."""

from api.dashboards.tables_rules import Col, Table

_VILLAGE = Col("village", "village.name", 14)
_CADRE = Col("cadre", "cadre.name", 12)
_EVIDENCE = (
    Col("piece_kinds", "evidence.kind", 20, "dashboard.kind"), Col("verdict", "evidence.verdict", 26, "verdict"),
    Col("distance_m", "evidence.distance_m"), Col("note", "evidence.note", 36))

TABLES = {
    "waiting_days": Table(
        "stationed-days", "days", (_VILLAGE, _CADRE, Col("day"), Col("why", "why", 28, "why"), *_EVIDENCE),
        fixed={"state": "waiting"}, needs=("from", "to")),
    "cadre_days": Table(
        "stationed-days", "days",
        (Col("day"), Col("calendar", "calendar.kind", 12, "calendar"), Col("calendar_label", "calendar.label"),
         _VILLAGE, Col("day_state", "state", 12, "export.day_state"), Col("leave", "leave.kind", 14, "leave.kind"),
         Col("why", "why", 28, "why"), *_EVIDENCE),
        division_as="", period="from_to", needs=("cadre_id",), in_county_log=True),
    "leaves": Table(
        "leaves", "leaves",
        (_CADRE, Col("kind", "kind", 14, "leave.kind"), Col("from_on"), Col("to_on"), Col("days"), Col("returned_on"),
         Col("reason", "reason", 36), Col("state", "state", 10, "leave.state"), Col("last_by", "steps.-1.by.name"),
         Col("last_at", "steps.-1.at", 17, form="instant"), Col("last_note", "steps.-1.note", 36))),
    "errands": Table(
        "errands", "errands",
        (Col("title", "title", 30), Col("kind", "kind", 14, "leave.kind"), Col("from_on"), Col("to_on"),
         Col("division", "division.name", 14), Col("cadres", "cadres.name", 50), Col("entered_by", "entered_by.name")),
        period="month"),
    "month_closings_townships": Table(
        "month-closings", "townships",
        (Col("township", "division.name", 14), Col("villages"), Col("months_closed", "closed"),
         Col("months_confirmed", "confirmed"), Col("months_open", "open"), Col("months_corrected", "corrected", 16),
         Col("cadres_number", "cadres"), Col("checked"), Col("disputed"), Col("unchecked"), Col("waiting_days")),
        period="month", fixed={"level": "township"}),
    "month_closings": Table(
        "month-closings", "rows",
        (Col("township", "township.name", 14), _VILLAGE, Col("cadres_number", "cadres"), Col("checked"),
         Col("disputed"), Col("waiting_days"), Col("state", "state", 14, "dashboard.month_state"),
         Col("confirmed_at", "confirmed_at", 17, form="instant"), Col("closed_at", "closed_at", 17, form="instant"),
         Col("corrections"), Col("sheet_hash", "hash", 40)),
        period="month", fixed={"level": "village"}),
    "cadres": Table(
        "cadres", "cadres",
        (Col("township", "posting.township.name", 14), Col("village", "posting.village.name", 14),
         Col("further_villages", "posting.further_villages.name", 20), Col("cadre", "name", 12),
         Col("cadre_role", "cadre_role", 14, "cadre_role"), Col("rank", "rank", 12, "rank"),
         Col("sending_unit", "sending_unit", 24), Col("from_on", "posting.from_on"), Col("to_on", "posting.to_on"))),
    "village_posts": Table(
        "village-posts", "villages",
        (_VILLAGE, Col("cadres_number", "cadres"), Col("posts_needed", "needed"), Col("posts_missing", "missing"))),
    "place_proposals": Table(
        "place-proposals", "proposals",
        (_VILLAGE, Col("place", "name", 18), Col("villagers_group"), Col("state", "state", 10, "dashboard.proposal"),
         Col("proposed_by", "proposed_by.name"), Col("proposed_at", "proposed_at", 17, form="instant"),
         Col("from_place_m", "distance_m"), Col("decided_by", "decided_by.name"),
         Col("decided_at", "decided_at", 17, form="instant"), Col("reason", "reason", 36))),
    "unvisited_households": Table(
        "unvisited-households", "households",
        (Col("householder", width=14), Col("villagers_group"), Col("household_number", "number"), Col("is_away"),
         Col("last_visited_on")),
        division_as="village"),
    "linkage_figures": Table(
        "linkage-figures", "rows",
        (Col("division", "division.name", 14), _CADRE, Col("cadres_number", "figures.cadres"),
         Col("cadres_meeting", "figures.cadres_meeting"), Col("cadre_rate", "figures.cadre_rate", form="percent"),
         Col("households", "figures.households"), Col("households_linked", "figures.households_linked"),
         Col("household_rate", "figures.household_rate", form="percent"), Col("links"), Col("minimum"),
         Col("key_households", "key"), Col("key_target"))),
}
