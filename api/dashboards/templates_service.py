"""The county's own layouts of printed papers: checked when they come, kept in the database, taken back."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.checkin.month_service import user_names
from api.dashboards.diary_papers_service import write_diary
from api.dashboards.diary_rules import FORMS, PrintedPage
from api.dashboards.template_filling_service import fill_template
from api.dashboards.template_models import PrintTemplate
from api.dashboards.templates_rules import FIELDS, SAME_ALL_DAYS, BadTemplate, check_template
from api.errors import Unprocessable
from api.form_words import FormWords

_NAMED = 5


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """The county's own layout of a paper: who sent it and when."""

    size_bytes: int
    sha256: str
    uploaded_by: dict
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A paper with the fields that a layout of it may name; `own` is None while the built-in one is printed."""

    kind: str
    fields: tuple[str, ...]
    header_fields: tuple[str, ...]
    own: OwnTemplate | None


def template_views(session: Session) -> list[TemplateView]:
    held = {one.kind: one for one in session.scalars(select(PrintTemplate))}
    names = user_names(session, {one.uploaded_by_id for one in held.values()})
    return [TemplateView(kind, FIELDS[kind], tuple(field for field in FIELDS[kind] if field in SAME_ALL_DAYS),
                         _own(held.get(kind), names)) for kind in FORMS]


def content_of(session: Session, kind: str) -> bytes | None:
    """The county's own layout of a paper as it was sent; None where it has none."""
    return session.scalar(select(PrintTemplate.content).where(PrintTemplate.kind == kind))


def built_in(kind: str, *, words: FormWords) -> bytes:
    """The built-in layout with every field in its place: where a layout of one's own begins."""
    file = io.BytesIO()
    write_diary(file, kind, [_sample(kind)], words=words)
    return file.getvalue()


def set_template(session: Session, *, kind: str, data: bytes, by_id: int, now: datetime) -> TemplateView:
    """Keep a layout in the place of the one before.

    Raises Unprocessable: template_not_docx, template_macros, template_external, template_embedded,
    template_field_code, template_unpacks_too_large, template_without_fields, template_field_unknown (which and where).
    """
    try:
        fields = check_template(data, kind)
    except BadTemplate as bad:
        raise _refusal(bad) from bad
    _try_out(data, kind)
    sha256 = hashlib.sha256(data).hexdigest()
    session.merge(PrintTemplate(kind=kind, content=data, size_bytes=len(data), sha256=sha256, uploaded_by_id=by_id,
                                uploaded_at=now))
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="print_template.set",
                 subject=f"print_template:{kind}",
                 details={"kind": kind, "sha256": sha256, "size_bytes": len(data), "fields": fields})
    return next(view for view in template_views(session) if view.kind == kind)


def remove_template(session: Session, *, kind: str, by_id: int, now: datetime) -> None:
    """Go back to the built-in layout; nothing changes where it is printed already."""
    template = session.get(PrintTemplate, kind)
    if template is None:
        return
    session.delete(template)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="print_template.removed",
                 subject=f"print_template:{kind}", details={"kind": kind, "sha256": template.sha256})


def _own(template: PrintTemplate | None, names: dict[int, str]) -> OwnTemplate | None:
    if template is None:
        return None
    by = {"id": template.uploaded_by_id, "name": names[template.uploaded_by_id]}
    return OwnTemplate(template.size_bytes, template.sha256, by, template.uploaded_at)


def _sample(kind: str) -> PrintedPage:
    fields = {field: f"{{{{ {field} }}}}" for field in FIELDS[kind]}
    return PrintedPage(fields["name"], fields["village"], fields["day"], fields["weekday"],
                       {row: fields[row] for row in FORMS[kind]})


def _try_out(data: bytes, kind: str) -> None:
    """Print two days for nobody: better refused now than when somebody wants a diary."""
    try:
        fill_template(io.BytesIO(), data, [_sample(kind)] * 2)
    except Exception as error:
        # The library says in many ways that it cannot read a file.
        raise Unprocessable("template_not_docx") from error


def _refusal(bad: BadTemplate) -> Unprocessable:
    if bad.reason == "template_field_unknown":
        named = "; ".join(f"{one.field} ({one.paragraph})" for one in bad.strange[:_NAMED])
        return Unprocessable("template_field_unknown", fields=named, errors={"fields": [
            {"field": one.field, "part": one.part, "paragraph": one.paragraph} for one in bad.strange]})
    return Unprocessable(bad.reason, part=bad.part)
