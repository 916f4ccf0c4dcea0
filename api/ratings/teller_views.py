"""What the two tellers of a vote enter, each with a code of their own."""

from api.http import Blueprint

teller_papers = Blueprint("teller-papers", __name__, description="What a teller has to count")
teller_counts = Blueprint("teller-counts", __name__, description="What a teller counted")
