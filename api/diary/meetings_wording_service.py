"""The text of a meeting's notice, to be copied into a group's chat."""

from api.diary.meetings_service import MeetingView
from api.form_words import FormWords


def notice_text(view: MeetingView, *, language: str) -> str:
    """Who meets when and where, about what, and what to bring; it names nobody."""
    words = FormWords(language)
    place = view.place or (view.village and view.village.name) or words("meeting.place_open")
    day = words("meeting.day", day=words.day_of_year(view.held_on),
                weekday=words(f"meeting.weekday.{view.held_on.isoweekday()}"))
    lines = [words("meeting.notice", division=view.division.name, day=day,
                   starts=view.starts or words("meeting.time_open"), place=place)]
    if view.agenda:
        lines.append(words("meeting.notice_agenda", agenda=view.agenda.strip()))
    if view.period:
        lines.append(words("meeting.notice_report", first=words.day_of_year(view.period.first),
                           last=words.day_of_year(view.period.last)))
    return "\n".join(lines)
