"""The field's words as closed lists, once for models, rules, schemas and pages (the glossary's identifiers)."""

DIVISION_LEVELS = ("province", "prefecture", "county", "township", "village")
ROLES = ("cadre", "village", "supervisor", "discipline", "admin", "auditor")
RANKS = ("county_leader", "section_level", "staff")
CADRE_ROLES = ("village_instructor", "first_secretary", "team_member")
CALENDAR_KINDS = ("workday", "holiday", "makeup", "rest")
DATUMS = ("wgs84", "gcj02", "bd09")
# What a person said to positions; null while nobody has asked.
LOCATION_CHOICES = ("given", "declined")
LOCATION_ERRORS = ("denied", "unavailable", "timeout", "unsupported", "interrupted")
# Duties away from the village (公出): `travel` is one for which travel expenses are claimed (出差), so that the allowance
# sheet can keep its days apart.
ERRAND_KINDS = ("errand", "travel")
LEAVE_KINDS = (*ERRAND_KINDS, "private", "sick", "annual", "family", "compensatory")
# What a person asks of own data, or says of the application (意见建议).
REQUEST_KINDS = ("correction", "erasure", "suggestion")
REQUEST_STATES = ("asked", "done", "declined")
RATE_LEVELS = ("cadre", "village", "township", "county")
# What villagers ask for; each kind has its deadline, the policy `concern_days_<kind>`.
CONCERN_KINDS = ("livelihood", "facility", "land", "dispute", "policy", "village_affairs", "environment", "other")
SPECIAL_REPORT_KINDS = ("committee_work", "public_opinion", "good_practice", "stability_clue")
CONCERN_SOURCES = ("direct", "visit", "diary", "reception", "meeting", "suggestion")
HOUSEHOLD_ENDS = ("split", "merged", "moved", "died_out")
VISIT_MANNERS = ("in_person", "phone", "not_home")
COMPANION_STATES = ("named", "joined", "declined")
# The four dimensions of a target contract: 党的建设、经济发展、精神文明、社会治安综合治理.
DIMENSIONS = ("party_building", "economy", "civic_culture", "public_order")
VERDICTS_OF_ACCEPTANCE = ("met", "partly", "not_met")
NOTICE_SOURCES = ("failed_item", "spot_check", "overdue_concern", "leader_instruction", "by_hand")
DISCLOSURE_CLASSES = ("finance", "decision", "benefit")
# Whom a rating campaign asks about: the village's posted team, or one cadre of it.
RATING_SUBJECTS = ("team", "cadre")
# How a ballot comes in: with a card that each household has one of, or by the code that hangs out for everybody.
BALLOT_WAYS = ("household", "open")
# Who hands out the cards: never those who are rated.
CARD_HANDLERS = ("supervision_committee", "teller")
# Who votes at a meeting (A8.7); whoever belongs to two of them is counted in the first.
VOTE_GROUPS = ("committee_members", "villagers_representatives", "party_members")
VOTE_GRADES = ("excellent", "competent", "basic", "incompetent")
# 德能勤绩廉 (A8.11).
VOTE_HEADINGS = ("virtue", "ability", "diligence", "results", "integrity")
SUGGESTION_KINDS = ("suggestion", "complaint")
SUGGESTION_SUBJECTS = ("app", "person", "village")
# The one case in which a check-in may be asked of everybody (应急值守).
EMERGENCY_KINDS = ("flood", "fire", "geological", "snow_ice", "other")
