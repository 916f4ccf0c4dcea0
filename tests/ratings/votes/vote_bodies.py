"""Bodies of assessed votes that are accepted or refused by a rule only, for the corpus."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from api.ratings.codes_rules import code_from, code_hash
from api.ratings.vote_models import AssessedVote, VoteGroup, VoteSubject, VoteTeller
from tests.ratings.votes.vote_data import COUNTS, PAPERS, TODAY, VOTES, count_body, patch_body, subject_count, vote_body

ENDPOINTS = (
    ("POST", "/api/v1/assessed-votes"), ("PATCH", "/api/v1/assessed-votes/{}"),
    ("PUT", "/api/v1/assessed-votes/{}/duty-reports/{}"), ("POST", "/api/v1/assessed-votes/{}/signatures"),
    ("POST", "/api/v1/assessed-votes/{}/annulments"), ("POST", "/api/v1/teller-papers"),
    ("POST", "/api/v1/teller-counts"),
)


def vote_row(county, cadre, *, state="prepared", numbers=(1, 2), **values) -> UUID:
    """A vote on a cadre as it lies in the tables; the tellers' codes are made of `numbers`."""
    vote = AssessedVote(id=uuid4(), village_id=county.villages["A1"].id, held_on=date.fromisoformat(TODAY),
                        place="村委会大院", presided_by="周监委", has_headings=True, state=state,
                        entered_by_id=county.person("village", county.villages["A1"]).user.id, entered_at=county.now,
                        content_hash=b"test", **values)
    county.session.add(vote)
    county.session.flush()
    county.session.add_all([
        VoteGroup(vote_id=vote.id, voters="party_members", expected=15, present=12),
        VoteSubject(vote_id=vote.id, cadre_id=cadre.cadre.id),
        *(VoteTeller(vote_id=vote.id, number=number, name=name, token_hash=code_hash(code_from(random)),
                     expires_at=county.now + timedelta(days=1))
          for number, (name, random) in enumerate(zip(("张三", "李四"), numbers, strict=True), start=1))])
    county.session.flush()
    return vote.id


def vote_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them."""
    cadre = county.cadre("A1")
    body = {**vote_body(county, cadre), "id": "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d"}
    prepared, read = vote_row(county, cadre), vote_row(county, cadre, state="read_out", numbers=(3, 4))
    vote_row(county, cadre, state="counting", numbers=(5, 6))
    return {
        ("POST", VOTES): ("village", body), ("PATCH", f"{VOTES}/{prepared}"): ("village", patch_body(body)),
        ("PUT", f"{VOTES}/{prepared}/duty-reports/{cadre.cadre.id}"): ("village", {"text": "一年来"}),
        ("POST", f"{VOTES}/{read}/signatures"): ("village", {
            "signed_on": TODAY, "minutes": "会议记录", "photos": ["0" * 64]}),
        ("POST", f"{VOTES}/{prepared}/annulments"): ("supervisor", {"reason": "改期"}),
        ("POST", PAPERS): (None, {"code": code_from(5)}),
        ("POST", COUNTS): (None, count_body(code_from(5), subject_count(cadre))),
    }
