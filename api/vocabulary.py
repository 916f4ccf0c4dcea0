"""The field's words as closed lists, once for models, rules, schemas and pages (the glossary's identifiers)."""

DIVISION_LEVELS = ("province", "prefecture", "county", "township", "village")
ROLES = ("cadre", "village", "supervisor", "discipline", "admin", "auditor")
RANKS = ("county_leader", "section_level", "staff")
CADRE_ROLES = ("village_instructor", "first_secretary", "team_member")
CALENDAR_KINDS = ("workday", "holiday", "makeup", "rest")
DATUMS = ("wgs84", "gcj02", "bd09")
LOCATION_ERRORS = ("denied", "unavailable", "timeout", "unsupported", "interrupted")
LEAVE_KINDS = ("errand", "private", "sick", "annual", "family", "compensatory")
RATE_LEVELS = ("cadre", "village", "township", "county")
