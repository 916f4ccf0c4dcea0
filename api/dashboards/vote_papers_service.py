"""Papers of an assessed vote as .docx: the blank ballot (民主测评表), and the result with the minutes, to be signed."""

from typing import IO
from uuid import UUID

from docx.document import Document
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dashboards.orders_service import Order, Taking, paper_taking
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.errors import Conflict
from api.form_words import NOTHING, FormWords
from api.ratings.votes_service import VoteView, vote_to_hold, vote_views
from api.vocabulary import VOTE_GRADES, VOTE_HEADINGS

_TICK_MM = (34, 34, 34, 34, 34)
_GROUP_MM = (70, 50, 50)
_BALLOT_MM = (42.5, 42.5, 42.5, 42.5)
_RESULT_MM = (20, 30, 30, 30, 30, 30)
_SIDES_MM = 1.5


def ballot_paper(session: Session, *, identity: Identity, vote_id: UUID, order: Order) -> Taking:
    """The blank paper of a vote, one page for each cadre; nothing on it says whose it is."""
    view = _view(session, identity, vote_id)
    return _finished(view, order, lambda file: write_ballot(file, view, words=order.words))


def minutes_paper(session: Session, *, identity: Identity, vote_id: UUID, order: Order) -> Taking:
    """The result and the minutes of a vote, to be signed. Raises Conflict (vote_not_counted) before both agree."""
    view = _view(session, identity, vote_id)
    if view.ballots is None:
        raise Conflict("vote_not_counted")
    return _finished(view, order, lambda file: write_minutes(file, view, words=order.words))


def write_ballot(file: IO[bytes], view: VoteView, *, words: FormWords) -> None:
    document = new_document(margin_mm=20)
    set_footer(document, words("vote.ballot_title"), page=words.page())
    for number, subject in enumerate(view.subjects):
        add_line(document, words("vote.ballot_title"), size=22, heading=True, centred=True, after=10,
                 new_page=number > 0)
        add_line(document, words("vote.unit", village=view.village.name), size=12, after=4)
        add_line(document, words("vote.when", day=words.day(view.held_on)), size=12, after=8)
        add_line(document, words("vote.who", name=subject["cadre"]["name"]), size=14, heading=True, after=6)
        add_grid(document, _ticks(view, words), widths_mm=_TICK_MM, size=13, heading_rows=1, least_mm=13)
        add_line(document, words("vote.ballot_hint"), size=11, before=10, after=2)
        add_line(document, words("vote.ballot_secret"), size=11)
    save(document, file)


def write_minutes(file: IO[bytes], view: VoteView, *, words: FormWords) -> None:
    document = new_document(margin_mm=20)
    set_footer(document, words("vote.minutes_title"), page=words.page())
    add_line(document, words("vote.minutes_title"), size=22, heading=True, centred=True, after=10)
    add_line(document, words("vote.unit", village=view.village.name), size=12, after=2)
    add_line(document, words("vote.when", day=words.day(view.held_on)), size=12, after=2)
    add_line(document, words("vote.where", place=view.place), size=12, after=2)
    add_line(document, words("vote.people", presided_by=view.presided_by, tellers=words("comma").join(
        one["name"] for one in view.tellers)), size=12, after=8)
    _heading(document, words("vote.came"))
    add_grid(document, _groups(view, words), widths_mm=_GROUP_MM, size=11, heading_rows=1, least_mm=7)
    _heading(document, words("vote.ballots"))
    names = ("issued", "returned", "void", "valid")
    add_grid(document, [[words(f"vote.{name}") for name in names], [str(view.ballots[name]) for name in names]],
             widths_mm=_BALLOT_MM, size=11, heading_rows=1, least_mm=7)
    for subject in view.subjects:
        _heading(document, words("vote.result_of", name=subject["cadre"]["name"]))
        add_grid(document, _result(subject["result"], words), widths_mm=_RESULT_MM, size=11, heading_rows=1,
                 least_mm=7, sides_mm=_SIDES_MM)
    add_line(document, words("vote.shares"), size=10, before=4, after=6)
    _heading(document, words("vote.minutes"))
    for paragraph in (view.minutes or "").splitlines():
        add_line(document, paragraph, size=12, indented=True)
    if not view.minutes:
        add_line(document, "\n" * 5, size=12)
    for line in ("signed_presider", "signed_tellers"):
        add_line(document, words(f"vote.{line}"), size=12, before=14, together=True)
    add_line(document, words("vote.stamped"), size=12, right=True, before=24)
    save(document, file)


def _view(session: Session, identity: Identity, vote_id: UUID) -> VoteView:
    vote = vote_to_hold(session, identity=identity, vote_id=vote_id, lock=False)
    return vote_views(session, [vote], identity=identity)[0]


def _finished(view: VoteView, order: Order, write) -> Taking:
    return paper_taking(order, division=view.village, subject=f"vote:{view.id}", write=write,
                        name=f"{view.village.name}-{view.held_on}", details={"village": view.village.code})


def _heading(document: Document, text: str) -> None:
    add_line(document, text, size=13, heading=True, before=8, after=4, together=True)


def _ticks(view: VoteView, words: FormWords) -> list[list]:
    """The overall grade first: whoever ticks nothing else has still said what counts."""
    rows = ["vote.overall", *(f"vote.heading.{heading}" for heading in VOTE_HEADINGS if view.has_headings)]
    return [["", *(words(f"vote.grade.{grade}") for grade in VOTE_GRADES)],
            *([Cell(words(row), bold=True), *([""] * len(VOTE_GRADES))] for row in rows)]


def _groups(view: VoteView, words: FormWords) -> list[list]:
    rows = [[words(f"vote.group.{one['voters']}"), str(one["expected"]), str(one["present"])] for one in view.groups]
    return [[words("vote.group"), words("vote.expected"), words("vote.present")], *rows,
            [words("vote.together"), str(view.quorum["expected"]), str(view.quorum["present"])]]


def _result(result: dict, words: FormWords) -> list[list]:
    rows = [[words("vote.overall"), *(_share(one, words) for one in (*result["overall"], result["abstained"]))]]
    rows += [[words(f"vote.heading.{one['heading']}"), *(_share(grade, words) for grade in one["grades"]), NOTHING]
             for one in result["headings"] or ()]
    return [["", *(words(f"vote.grade.{grade}") for grade in VOTE_GRADES), words("vote.abstained")], *rows]


def _share(one: dict, words: FormWords) -> str:
    return f"{one['numerator']}（{words.rate(one['rate'])}）"
