"""The certificate of posting history (.docx): where a cadre was posted, from when to when, the days in the village."""

from dataclasses import dataclass
from datetime import date
from typing import IO

from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords

_WIDTHS_MM = (14, 58, 50, 48)
# Behind the words there is room for a name and a seal.
_SIGNED_AT_MM = 75
_COLUMNS = ("number", "village", "span", "days")


@dataclass(frozen=True, slots=True)
class CertifiedPosting:
    """A posting as it is certified: the villages, the period, and the days in the village by year."""

    village: str
    further: str
    from_on: date
    to_on: date | None
    days_by_year: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says; `through_on` is the last day whose facts it knows."""

    name: str
    cadre_role: str
    sending_unit: str
    county: str
    through_on: date
    postings: tuple[CertifiedPosting, ...]


def write_certificate(file: IO[bytes], certificate: Certificate, *, words: FormWords) -> None:
    document = new_document(margin_mm=20)
    set_footer(document, words("certificate.title"), page=words.page())
    add_line(document, words("certificate.title"), size=22, heading=True, centred=True, after=16)
    is_posted = any(posting.to_on is None or posting.to_on > certificate.through_on for posting in certificate.postings)
    add_line(document, words("certificate.lead", name=certificate.name, unit=certificate.sending_unit,
                             served=words(f"certificate.{'serves' if is_posted else 'served'}"),
                             role=words.other(f"cadre_role.{certificate.cadre_role}")), size=14, indented=True, after=8)
    rows = [[words(f"certificate_column.{name}") for name in _COLUMNS]]
    for number, posting in enumerate(certificate.postings, start=1):
        place = posting.village + (f"\n{words('certificate.further', villages=posting.further)}" if posting.further
                                   else "")
        rows.append([str(number), Cell(place, align="left"), words.span(posting.from_on, posting.to_on),
                     _days(words, posting)])
    if not certificate.postings:
        rows.append([Cell(words("certificate.none"), columns=len(_WIDTHS_MM))])
    add_grid(document, rows, widths_mm=_WIDTHS_MM, size=12, heading_rows=1, least_mm=10, sides_mm=1.5)
    add_line(document, "", size=6, after=4)
    add_line(document, words("certificate.note", day=words.day(certificate.through_on)), size=11, after=10)
    add_line(document, words("certificate.hereby"), size=14, indented=True, after=24, together=True)
    for line in ("issuer", "maker"):
        add_line(document, words(f"certificate.{line}"), size=14, left_mm=_SIGNED_AT_MM, after=14, together=True)
    add_line(document, words("certificate.day"), size=14, left_mm=_SIGNED_AT_MM)
    save(document, file)


def _days(words: FormWords, posting: CertifiedPosting) -> str:
    lines = [words("certificate.year", year=year, days=days) for year, days in posting.days_by_year]
    if len(lines) > 1:
        lines.append(words("certificate.sum", days=sum(days for _year, days in posting.days_by_year)))
    return "\n".join(lines) or NOTHING
