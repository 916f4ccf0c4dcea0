"""A campaign for tests, open in the small county, with cards whose codes the test knows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from api.auth import Identity, token_hash
from api.dates import shanghai_day
from api.postings import accounts_service
from api.postings.models import Division
from api.ratings import campaign_entry_service, opening_service
from api.ratings.ballot_models import HouseholdCode
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.codes_rules import code_hash
from api.ratings.codes_service import new_code
from api.sealing import Keyring

FIRST_ON, LAST_ON = date(2026, 11, 16), date(2026, 11, 29)
HOTLINE = "0851-24620000"
# The keyring of the applications that tests make (tests/conftest.py).
SEALING = Keyring([("test", bytes(range(32)))])


@dataclass
class OpenCampaign:
    """A campaign of the county with the plain codes of the cards of its villages, and those of the posters."""

    id: UUID
    row: RatingCampaign
    asker: object
    codes: dict[str, list[str]] = field(default_factory=dict)
    open_codes: dict[str, str] = field(default_factory=dict)
    batches: dict[str, UUID] = field(default_factory=dict)


def campaign_body(county, division: Division | None = None, **changes) -> dict:
    """A campaign as a desk sends it: of the county, about the teams, with the usual questions and a free text."""
    return {"id": str(uuid4()), "division_code": (division or county.county).code, "title": "第四季度驻村工作评议",
            "first_on": FIRST_ON.isoformat(), "last_on": LAST_ON.isoformat(), "subject": "team", "cadre_id": None,
            "questions": None, "text_prompt": "还有什么想说的？", "hotline": HOTLINE, **changes}


def identity_of(county, person) -> Identity:
    """A person as a request of theirs knows them, with all grants."""
    token = county.token(person)
    county.session.flush()
    return accounts_service.load_identity(county.session, token_hash(token), county.now, timedelta(minutes=30))


def draft_campaign(county, *, division: Division | None = None, asker=None, subject: str = "team",
                   cadre_id: int | None = None, questions: list[dict] | None = None,
                   text_prompt: str | None = "还有什么想说的？", first_on: date = FIRST_ON, last_on: date = LAST_ON
                   ) -> RatingCampaign:
    """A campaign of the county that nobody has opened yet."""
    view, _created = campaign_entry_service.enter_campaign(
        county.session, identity=identity_of(county, asker or county.person("supervisor")), id=uuid4(),
        division_code=(division or county.county).code, title="第四季度驻村工作评议", first_on=first_on,
        last_on=last_on, subject=subject, cadre_id=cadre_id, questions=questions, text_prompt=text_prompt,
        hotline=HOTLINE, content_hash=b"test", now=county.now)
    return view.campaign


def open_campaign(county, *villages: str, division: Division | None = None, asker=None, cards: int = 8,
                  households: int | None = None, subject: str = "team", cadre_id: int | None = None,
                  questions: list[dict] | None = None, text_prompt: str | None = "还有什么想说的？",
                  first_on: date = FIRST_ON, last_on: date = LAST_ON, sealing: Keyring = SEALING) -> OpenCampaign:
    """Open a campaign of the county in all villages; each of `villages` (default: A1) has so many cards.

    `households` of those villages (default: as many as cards) are made first. Nothing is committed.
    """
    villages = villages or ("A1",)
    for village in villages:
        for _number in range(cards if households is None else households):
            county.household(village)
    asker = asker or county.person("supervisor", name="钱主任")
    drafted = draft_campaign(county, division=division, asker=asker, subject=subject, cadre_id=cadre_id,
                             questions=questions, text_prompt=text_prompt, first_on=first_on, last_on=last_on)
    identity = identity_of(county, asker)
    opened = _open(county, drafted, identity=identity, sealing=sealing)
    found = OpenCampaign(id=opened.id, row=drafted, asker=asker)
    names = {village.id: name for name, village in county.villages.items()}
    found.open_codes = {names[row.village_id]: row.open_code for row in county.session.scalars(
        select(CampaignVillage).where(CampaignVillage.campaign_id == opened.id))}
    for village in villages:
        found.batches[village], found.codes[village] = cards_of(county, found, village, count=cards)
    return found


def cards_of(county, campaign: OpenCampaign, village: str, *, count: int) -> tuple[UUID, list[str]]:
    """A batch of cards of a village, as one that was printed: its id and the plain codes, which are kept nowhere."""
    codes, batch_id = [new_code() for _ in range(count)], uuid4()
    county.session.add(CodeBatch(
        id=batch_id, campaign_id=campaign.id, village_id=county.villages[village].id, count=count, handed_to="田大爷",
        handed_office="supervision_committee", printed_by_id=campaign.asker.user.id, printed_at=county.now))
    county.session.flush()
    county.session.add_all(HouseholdCode(code_hash=one, batch_id=batch_id) for one in sorted(map(code_hash, codes)))
    county.session.flush()
    return batch_id, codes


def cancel_cards(county, batch_id: UUID) -> None:
    """Mark a batch as cancelled, without throwing anything away: cards that are void."""
    county.session.execute(update(CodeBatch).where(CodeBatch.id == batch_id).values(
        cancelled_at=county.now, cancel_reason="遗失"))


def _open(county, campaign: RatingCampaign, *, identity: Identity, sealing: Keyring):
    # Those that ended before today are opened on their first day.
    at = county.now
    if campaign.last_on < shanghai_day(at):
        at -= timedelta(days=(shanghai_day(at) - campaign.first_on).days)
    return opening_service.open_campaign(county.session, sealing, identity=identity, campaign=campaign, hotline="",
                                         now=at)
