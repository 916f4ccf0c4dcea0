"""Bodies of ballots that are accepted or refused by a rule only, for the corpus of bad input."""

from tests.ratings.urn_data import make_urn

ENDPOINTS = (("POST", "/api/v1/ballot-papers"), ("POST", "/api/v1/ballots"))


def ballot_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them; by the open code, which is never spent."""
    urn = make_urn(county)
    return {("POST", "/api/v1/ballot-papers"): ("cadre", {"code": urn.open_codes["A1"]}),
            ("POST", "/api/v1/ballots"): ("cadre", urn.ballot(way="open", text="多来看看"))}
