"""Bodies of campaigns that are accepted or refused by a rule only, for the corpus."""

from tests.ratings.rating_county import campaign_body, draft_campaign, open_campaign

ENDPOINTS = (
    ("POST", "/api/v1/rating-campaigns"), ("PATCH", "/api/v1/rating-campaigns/{}"),
    ("POST", "/api/v1/rating-campaigns/{}/withdrawals"),
    ("POST", "/api/v1/code-batches"), ("POST", "/api/v1/code-batches/{}/cancellations"),
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
    opened = open_campaign(county, "A1", cards=1)
    county.household("A2")
    return {
        ("POST", "/api/v1/code-batches"): ("supervisor", {
            "id": body["id"], "campaign_id": str(opened.id), "village_code": county.villages["A2"].code, "count": 1,
            "handed_to": "田大爷", "handed_office": "teller"}),
        ("POST", f"/api/v1/code-batches/{opened.batches['A1']}/cancellations"): ("supervisor", {"reason": "遗失"}),
        ("POST", path): ("supervisor", body), ("PATCH", f"{path}/{drafted}"): ("supervisor", edit),
        ("POST", f"{path}/{other}/withdrawals"): ("supervisor", {"reason": "问题写错了"}),
    }
