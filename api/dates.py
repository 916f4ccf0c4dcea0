"""Dates and instants: all days are Asia/Shanghai days, all instants are aware. Knows no clock."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has had one time zone and no summer time in all the years that the schema accepts (2000 to 2100).
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# A thin line may take so long with what was said or done just before.
ON_THE_WAY = timedelta(minutes=1)


def shanghai_day(instant: datetime) -> date:
    """The date on the wall calendar in China at an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Midnight in China at the beginning of `day`."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first day of the calendar month of `day`."""
    return day.replace(day=1)


def next_month(month_on: date) -> date:
    return (month_on.replace(day=1) + timedelta(days=32)).replace(day=1)


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(quarter_on: date) -> date:
    """The last day of the quarter that begins on `quarter_on`."""
    return quarter_of(quarter_on + timedelta(days=100)) - timedelta(days=1)


def quarters_of_year(year: int) -> list[date]:
    """The first days of a year's four quarters."""
    return [date(year, month, 1) for month in (1, 4, 7, 10)]


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; empty when `last` is earlier."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def mondays_between(first: date, last: date) -> list[date]:
    """The Mondays of every week that touches the days from `first` to `last`."""
    monday = monday_of(first)
    return [monday + timedelta(weeks=n) for n in range((monday_of(last) - monday).days // 7 + 1)]


def month_of_week(monday: date) -> date:
    """A week belongs to the month of its Thursday."""
    return month_of(monday + timedelta(days=3))


def mondays_of_month(month_on: date) -> list[date]:
    """The Mondays of the weeks that belong to a month by their Thursday."""
    first = monday_of(month_on)
    return [monday for monday in mondays_between(first, next_month(month_on)) if month_of_week(monday) == month_on]


def first_monday(month_on: date) -> date:
    """The first Monday within the calendar month."""
    return month_on + timedelta(days=-month_on.weekday() % 7)
