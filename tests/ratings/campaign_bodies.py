"""Bodies of campaigns that are accepted or refused by a rule only, for the corpus."""

from tests.ratings.rating_county import campaign_body, draft_campaign

ENDPOINTS = (
    ("POST", "/api/v1/rating-campaigns"), ("PATCH", "/api/v1/rating-campaigns/{}"),
    ("POST", "/api/v1/rating-campaigns/{}/withdrawals"),
)
QUESTIONS = [{"text": "来过吗？", "answer_set": "visited", "answers": None},
             {"text": "路修得好不好？", "answer_set": None, "answers": [
                 {"text": "好", "is_counted": True, "is_favourable": True},
                 {"text": "不好", "is_counted": True, "is_favourable": False}]}]


def campaign_bodies(county) -> dict:
    """(method, path) -> (role, body), as the corpus wants them."""
    path, body = "/api/v1/rating-campaigns", campaign_body(county, questions=QUESTIONS)
    edit = {key: value for key, value in body.items() if key not in ("id", "division_code")}
    drafted, other = draft_campaign(county).id, draft_campaign(county).id
    return {
        ("POST", path): ("supervisor", body), ("PATCH", f"{path}/{drafted}"): ("supervisor", edit),
        ("POST", f"{path}/{other}/withdrawals"): ("supervisor", {"reason": "问题写错了"}),
    }
