"""A campaign that takes ballots, with cards whose codes a test knows; rows made directly, as an opening leaves them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from uuid import UUID, uuid4

from api import sealed_box
from api.dates import shanghai_day
from api.ratings import urn_service
from api.ratings.ballot_models import HouseholdCode
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.codes_rules import code_hash
from api.ratings.codes_service import new_code
from api.sealing import Keyring

RING = Keyring([("test", bytes(range(32)))])
QUESTIONS = [
    {"key": "q1", "text": "您对驻村工作满意吗？", "answers": [
        {"key": "satisfied", "text": "满意", "is_counted": True, "is_favourable": True},
        {"key": "basically_satisfied", "text": "基本满意", "is_counted": True, "is_favourable": True},
        {"key": "dissatisfied", "text": "不满意", "is_counted": True, "is_favourable": False},
        {"key": "do_not_know", "text": "不了解", "is_counted": False, "is_favourable": False}]},
    {"key": "q2", "text": "他来过您家吗？", "answers": [
        {"key": "came", "text": "来过", "is_counted": True, "is_favourable": True},
        {"key": "did_not_come", "text": "没来过", "is_counted": True, "is_favourable": False},
        {"key": "cannot_remember", "text": "记不清", "is_counted": False, "is_favourable": False}]},
]
GOOD = {"q1": "satisfied", "q2": "came"}


@dataclass
class Urn:
    """A campaign, the codes of its cards by village, and its open codes by village."""

    campaign: RatingCampaign
    batches: dict[str, CodeBatch] = field(default_factory=dict)
    cards: dict[str, list[str]] = field(default_factory=dict)
    open_codes: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.campaign.id

    def ballot(self, number: int = 0, village: str = "A1", *, text: str | None = None, way: str = "household",
               **answers) -> dict:
        """The body of a new ballot with a card of a village."""
        code = self.cards[village][number] if way == "household" else self.open_codes[village]
        return {"id": str(uuid4()), "code": code, "answers": {**GOOD, **answers}, "text": text}

    def ballots(self, count: int, village: str = "A1", *, first: int = 0, text: str | None = None,
                way: str = "household") -> list[dict]:
        """So many ballots that do not all say the same; each with a text of its own where `text` begins one."""
        ends = cycle([("satisfied", "came"), ("dissatisfied", "came"), ("do_not_know", "did_not_come")])
        return [self.ballot(number, village, way=way, q1=one, q2=other, text=text and f"{text}{number}")
                for number, (one, other) in zip(range(first, first + count), ends, strict=False)]


def make_urn(county, *, villages: tuple[str, ...] = ("A1",), cards: int = 8, division=None, households: int = 40,
             state: str = "open", first_on: date | None = None, last_on: date | None = None, cadre=None,
             text_prompt: str | None = "还有什么想说的？", ring: Keyring = RING) -> Urn:
    """An open campaign of a division (default: the county) that began yesterday and ends tomorrow."""
    session, today = county.session, shanghai_day(county.now)
    private, public = sealed_box.new_keys()
    who = county.person("supervisor").user.id
    campaign = RatingCampaign(
        id=uuid4(), division_id=(division or county.county).id, title="冬季评议",
        first_on=first_on or today - timedelta(days=1), last_on=last_on or today + timedelta(days=1),
        subject="cadre" if cadre else "team", cadre_id=cadre and cadre.cadre.id, questions=QUESTIONS,
        text_prompt=text_prompt, hotline="0851-12345678", state=state, text_key=public, entered_by_id=who,
        entered_at=county.now, opened_at=county.now, version=1, content_hash=b"test")
    campaign.sealed_key_id, campaign.sealed_key = ring.seal(
        private.hex(), table="rating_campaigns", column="sealed_key", row=campaign.id)
    session.add(campaign)
    session.flush()
    urn = Urn(campaign)
    for name in villages:
        urn.open_codes[name] = new_code()
        session.add(CampaignVillage(campaign_id=campaign.id, village_id=county.villages[name].id,
                                    open_code=urn.open_codes[name], households=households))
        print_cards(county, urn, name, cards, who=who)
    session.flush()
    urn_service.prepare(session, campaign, [county.villages[name].id for name in villages])
    return urn


def print_cards(county, urn: Urn, village: str, count: int, *, who: int | None = None) -> None:
    """A batch of cards of a village, in the place of an earlier one."""
    batch = CodeBatch(id=uuid4(), campaign_id=urn.id, village_id=county.villages[village].id, count=count,
                      handed_to="老王", handed_office="teller", printed_by_id=who or county.person().user.id,
                      printed_at=county.now)
    county.session.add(batch)
    county.session.flush()
    urn.batches[village], urn.cards[village] = batch, [new_code() for _ in range(count)]
    county.session.add_all(HouseholdCode(code_hash=hashed, batch_id=batch.id)
                           for hashed in sorted(map(code_hash, urn.cards[village])))
    county.session.flush()
