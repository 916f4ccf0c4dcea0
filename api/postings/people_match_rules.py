"""Finding the village that a roster means, and fitting its postings to those on record. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.cells import BadCell, match_key, shown

_CODE = re.compile("[0-9]{12}")
# Registers write 田坝村村民委员会 where everybody says 田坝村 or 田坝.
_OFFICE = re.compile("(?:村民委员会|居民委员会|委员会|村委会|居委会|委会|人民政府|街道办事处|办事处)$")
_KIND = re.compile("(?:社区|村|居|街道|镇|乡)$")
_SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class KnownDivision:
    """A division of the county; `township_id` is None above the townships."""

    id: int
    code: str
    name: str
    level: str
    path: str
    township_id: int | None


def spoken_name(name: str) -> str:
    """A division's name without its office: 田坝村村民委员会 is 田坝村."""
    return _OFFICE.sub("", name) or name


def _names(name: str) -> tuple[str, str, str]:
    """The full name, the spoken one, and the bare one without 村, 社区, 镇 …, as match keys."""
    full = match_key(name)
    spoken = _OFFICE.sub("", full) or full
    return full, spoken, _KIND.sub("", spoken) or spoken


class DivisionBook:
    """All divisions of a county, found by code or by name as people write it."""

    def __init__(self, divisions: Iterable[KnownDivision]):
        self.by_id = {division.id: division for division in divisions}
        self._by_code = {division.code: division for division in self.by_id.values()}
        self._by_name: dict[tuple[int, str], list[KnownDivision]] = {}
        for division in self.by_id.values():
            for tier, name in enumerate(_names(division.name)):
                self._by_name.setdefault((tier, name), []).append(division)

    def village(self, text: str, township: str = "") -> KnownDivision:
        """The village of that name or code, within the township if one is named.

        Raises BadCell (village_unknown, village_ambiguous, township_unknown, township_ambiguous, not_a_village).
        """
        above = self._find(township, "township", ("township",), None) if township else None
        return self._find(text, "village", ("village",), above)

    def division(self, text: str) -> KnownDivision:
        """The division of that name or code, whatever its level; 龙溪镇/田坝村 names the township first.

        Raises BadCell (division_unknown, division_ambiguous and those of `village`).
        """
        if "/" in text:
            township, village = text.split("/", 1)
            return self.village(village, township)
        return self._find(text, "division", ("province", "prefecture", "county", "township", "village"), None)

    def _find(self, text: str, noun: str, levels: tuple[str, ...], above: KnownDivision | None) -> KnownDivision:
        if _CODE.fullmatch(text):
            found = self._by_code.get(text)
            if found is None or above is not None and found.township_id != above.id:
                raise BadCell(f"{noun}_unknown", value=text, known=self._known(levels, above))
            if found.level not in levels:
                raise BadCell(f"not_a_{noun}", value=text, level=found.level)
            return found
        for tier, name in enumerate(_names(text)):
            hits = [division for division in self._by_name.get((tier, name), ())
                    if division.level in levels and (above is None or division.township_id == above.id)]
            if len(hits) == 1:
                return hits[0]
            if hits:
                places = [self._with_township(hit) for hit in hits]
                raise BadCell(f"{noun}_ambiguous", value=shown(text), known=_some(places))
        raise BadCell(f"{noun}_unknown", value=shown(text), known=self._known(levels, above))

    def _with_township(self, division: KnownDivision) -> str:
        township = self.by_id.get(division.township_id)
        own = township is None or township.id == division.id
        return division.name if own else f"{township.name}/{spoken_name(division.name)}"

    def _known(self, levels: tuple[str, ...], above: KnownDivision | None) -> str:
        """What could have been meant: the villages of the township, or all townships."""
        wanted = levels if above is not None or levels == ("township",) else ("township",)
        names = [spoken_name(division.name) for division in self.by_id.values()
                 if division.level in wanted and (above is None or division.township_id == above.id)]
        return _some(names)


def _some(names: list[str]) -> str:
    return "、".join(names[:_SHOWN_NAMES]) + ("……" if len(names) > _SHOWN_NAMES else "")


@dataclass(frozen=True, slots=True)
class PostingFact:
    """A posting on record or asked for; `id` None: not on record yet. `further` None: the file does not say."""

    id: int | None
    village_id: int
    from_on: date
    to_on: date | None
    further: frozenset[int] | None


class Overlap(Exception):
    """A posting that cannot be fitted in; `held` is the one in its way."""

    def __init__(self, held: PostingFact):
        super().__init__()
        self.held = held


def fit_posting(held: Iterable[PostingFact], wanted: PostingFact) -> list[PostingFact]:
    """A cadre's postings once `wanted` is among them, in order of their start. Policy choices:

    - Same start: the same posting; its village, end and further villages are corrected.
    - Same village, an earlier start than on record: the same posting, which began earlier.
    - Otherwise a new posting; the one that runs when it starts ends the day before.
    - No end in the file says nothing, so the same file sent again does not reopen what has ended since.

    Raises Overlap when another posting starts within the wanted one, or goes on after its end.
    """
    held = sorted(held, key=lambda posting: posting.from_on)
    same = next((posting for posting in held if posting.from_on == wanted.from_on), None)
    if same is None:
        same = next((posting for posting in held if posting.village_id == wanted.village_id
                     and wanted.from_on < posting.from_on <= (wanted.to_on or date.max)), None)
    if same is None:
        target = replace(wanted, further=wanted.further or frozenset())
    else:
        target = replace(same, village_id=wanted.village_id, from_on=wanted.from_on, to_on=wanted.to_on or same.to_on,
                         further=same.further if wanted.further is None else wanted.further)
        target = replace(target, further=target.further - {target.village_id})
    others = [_make_room(posting, target) for posting in held if posting is not same]
    return sorted([*others, target], key=lambda posting: posting.from_on)


def _make_room(posting: PostingFact, target: PostingFact) -> PostingFact:
    last, target_last = posting.to_on or date.max, target.to_on or date.max
    if last < target.from_on or target_last < posting.from_on:
        return posting
    goes_on = posting.to_on is not None and posting.to_on > target_last
    if posting.from_on >= target.from_on or goes_on:
        raise Overlap(posting)
    return replace(posting, to_on=target.from_on - timedelta(days=1))
