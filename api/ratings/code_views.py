"""Cards for the households of a village, printed once, cancelled and printed anew."""

from api.http import Blueprint

code_batches = Blueprint("code-batches", __name__, description="Cards with one-time codes; only hashes are kept")
