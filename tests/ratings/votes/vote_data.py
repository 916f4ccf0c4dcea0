"""Assessed votes for tests: bodies as a desk and a teller's page send them, and a vote as far as a test wants it."""

from uuid import uuid4

from api.vocabulary import VOTE_GRADES, VOTE_HEADINGS

VOTES, PAPERS, COUNTS = "/api/v1/assessed-votes", "/api/v1/teller-papers", "/api/v1/teller-counts"
TODAY = "2026-11-20"


def vote_body(county, *cadres, village="A1", **changes) -> dict:
    """A vote at which 12 of 15 come, on these cadres."""
    return {"id": str(uuid4()), "village_code": county.villages[village].code, "held_on": TODAY, "place": "村委会大院",
            "presided_by": "周监委", "groups": [
                {"voters": "committee_members", "expected": 5, "present": 4},
                {"voters": "villagers_representatives", "expected": 10, "present": 8}],
            "cadre_ids": [one.cadre.id for one in cadres], "tellers": ["张三", "李四"], **changes}


def patch_body(body: dict, **changes) -> dict:
    return {key: value for key, value in {**body, **changes}.items() if key not in ("id", "village_code")}


def grades(*numbers) -> dict:
    return dict(zip(VOTE_GRADES, numbers, strict=True))


def subject_count(cadre, overall=(5, 3, 1, 0), *, abstained=1, headings=(6, 3, 1, 0)) -> dict:
    """What one cadre got of ten valid ballots."""
    return {"cadre_id": cadre.cadre.id, "grades": grades(*overall), "abstained": abstained,
            "headings": headings and {heading: grades(*headings) for heading in VOTE_HEADINGS}}


def count_body(code, *subjects, **changes) -> dict:
    """Twelve ballots issued, eleven back, one of them void."""
    return {"id": str(uuid4()), "code": code, "round": 1, "issued": 12, "returned": 11, "void": 1,
            "subjects": list(subjects), **changes}


def code_in(teller: dict) -> str:
    return teller["url"].split("#")[1]


def reason(answer) -> tuple[int, str | None]:
    return answer.status_code, answer.json.get("reason")
