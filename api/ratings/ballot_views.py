"""What a villager sends: no log-in, no cookie, the code in the body only."""

from api.http import Blueprint

ballot_papers = Blueprint("ballot-papers", __name__, description="What a card asks")
ballots = Blueprint("ballots", __name__, description="One household, one ballot")
