"""What closed campaigns came to."""

from api.http import Blueprint

rating_results = Blueprint("rating-results", __name__,
                           description="Totals of closed campaigns, never of fewer ballots than the rule says")
rating_texts = Blueprint("rating-texts", __name__, description="What was written, in no order")
