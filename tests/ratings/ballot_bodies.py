"""Bodies of ballots that are accepted or refused by a rule only, for the corpus of bad input."""

from uuid import uuid4

from api.ratings.ballot_models import RatingText
from tests.ratings.urn_data import make_urn

ENDPOINTS = (("POST", "/api/v1/ballot-papers"), ("POST", "/api/v1/ballots"), ("PATCH", "/api/v1/rating-texts/{}"))


def ballot_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them; by the open code, which is never spent."""
    urn, closed = make_urn(county), make_urn(county, state="closed")
    text = RatingText(id=uuid4(), campaign_id=closed.id, village_id=county.villages["A1"].id, way="household",
                      text="多来看看", version=1)
    county.session.add(text)
    county.session.flush()
    return {("POST", "/api/v1/ballot-papers"): ("cadre", {"code": urn.open_codes["A1"]}),
            ("POST", "/api/v1/ballots"): ("cadre", urn.ballot(way="open", text="多来看看")),
            ("PATCH", f"/api/v1/rating-texts/{text.id}"): ("supervisor", {"held_back_reason": "点名辱骂"})}
