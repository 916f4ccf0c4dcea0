"""Published contracts and rosters, put into the database as rows: what deeds and acceptances stand on."""

from datetime import date
from uuid import UUID, uuid4

from api.contracts.acceptance_models import Assessor, AssessorRoster
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision

QUARTER = {"hundredths": None, "text": None}


def quarters(*amounts: int | str | None) -> list[dict]:
    """Four quarters of amounts in whole units, of words, or of nothing."""
    return [{"hundredths": one * 100, "text": None} if isinstance(one, int) else {"hundredths": None, "text": one}
            for one in amounts]


def publish(county, village: str = "A1", *items: dict, year: int = 2026, state: str = "published",
            kind: str = "yearly") -> list[UUID]:
    """A contract of a village with one line for each of `items` (columns of CommitmentItem); answers their ids."""
    session, by_id = county.session, county.person("supervisor").user.id
    contract = Contract(id=uuid4(), village_id=county.villages[village].id, kind=kind, first_on=date(year, 1, 1),
                        last_on=date(year, 12, 31), opened_by_id=by_id, opened_at=county.now, content_hash=b"test")
    session.add(contract)
    session.flush()
    revise(county, contract, state=state)
    return [add_line(county, contract, **item) for item in items or ({},)]


def revise(county, contract: Contract, *, state: str = "published", number: int = 1) -> ContractRevision:
    """A revision of a contract in a state."""
    revision = ContractRevision(id=uuid4(), contract_id=contract.id, number=number, state=state,
                                opened_by_id=contract.opened_by_id, opened_at=county.now, changed_at=county.now,
                                version=1, content_hash=b"test")
    county.session.add(revision)
    county.session.flush()
    return revision


def add_line(county, contract: Contract, **says) -> UUID:
    """A line of a contract, and what its latest revision says of it."""
    session = county.session
    count = session.query(ContractLine).filter_by(contract_id=contract.id).count()
    line = ContractLine(id=uuid4(), contract_id=contract.id, number=count + 1)
    session.add(line)
    session.flush()
    revision = session.query(ContractRevision).filter_by(contract_id=contract.id).order_by(
        ContractRevision.number.desc()).first()
    say(county, revision, line.id, **says)
    return line.id


def say(county, revision: ContractRevision, line_id: UUID, **says) -> CommitmentItem:
    """What a revision says of a line: what a test does not say has a sane default."""
    item = CommitmentItem(**{
        "id": uuid4(), "revision_id": revision.id, "line_id": line_id, "dimension": "economy", "text": "修通组路",
        "standard": "混凝土路面，宽3.5米", "target_hundredths": 400, "unit": "公里", "due_on": date(2026, 12, 20),
        "responsible": "李支书", "quarters": quarters(1, 1, 1, 1), "version": 1, "content_hash": b"test", **says})
    county.session.add(item)
    county.session.flush()
    return item


def roster(county, township: str = "A", *, published_on: date | None = date(2026, 1, 10), users: tuple = ()
           ) -> list[int]:
    """A roster of a director and three members; the first of them have the log-ins of `users`."""
    division = county.townships[township]
    county.session.add(AssessorRoster(township_id=division.id, hotline="0851-24621234", published_on=published_on,
                                      version=1))
    ids = [person.user.id if person else None for person in users] + [None] * 4
    people = [Assessor(township_id=division.id, name=name, post=post, from_on=date(2026, 1, 1), user_id=ids[place],
                       version=1)
              for place, (name, post) in enumerate([("周主任", "director"), ("吴一", "member"), ("郑二", "member"),
                                                    ("王三", "member")])]
    county.session.add_all(people)
    county.session.flush()
    return [one.id for one in people]
