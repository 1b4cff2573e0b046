"""The day that a sentence names, in Dutch, French, German or English.

Days are read relative to the day on which the sentence was written, as a payer means
them: "Friday" is the next one, "next week" ends on its Friday, "the 15th" is the next
day 15. A day without a year is the next such day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from .reply_words import fold

_MONTHS = (
    ("januari", "janvier", "januar", "january", "jan", "janv", "jaenner"),
    ("februari", "fevrier", "februar", "february", "feb", "fevr"),
    ("maart", "mars", "marz", "maerz", "march", "mrt"),
    ("april", "avril", "apr", "avr"),
    ("mei", "mai", "may"),
    ("juni", "juin", "june", "jun"),
    ("juli", "juillet", "july", "jul", "juil"),
    ("augustus", "aout", "august", "aug"),
    ("september", "septembre", "sept", "sep"),
    ("oktober", "octobre", "october", "okt", "oct"),
    ("november", "novembre", "nov"),
    ("december", "decembre", "dezember", "dec", "dez"),
)
_WEEKDAYS = (
    ("maandag", "lundi", "montag", "monday"),
    ("dinsdag", "mardi", "dienstag", "tuesday"),
    ("woensdag", "mercredi", "mittwoch", "wednesday"),
    ("donderdag", "jeudi", "donnerstag", "thursday"),
    ("vrijdag", "vendredi", "freitag", "friday"),
    ("zaterdag", "samedi", "samstag", "sonnabend", "saturday"),
    ("zondag", "dimanche", "sonntag", "sunday"),
)
_NUMBERS = (
    ("een", "un", "une", "einem", "einer", "eine", "one", "a"),
    ("twee", "deux", "zwei", "two"),
    ("drie", "trois", "drei", "three"),
    ("vier", "quatre", "four"),
    ("vijf", "cinq", "funf", "five"),
    ("zes", "six", "sechs"),
    ("zeven", "sept", "sieben", "seven"),
    ("acht", "huit", "eight"),
    ("negen", "neuf", "neun", "nine"),
    ("tien", "dix", "zehn", "ten"),
)
_FRIDAY = 4
# Who means a later day writes a contract, not a mail.
_FURTHEST = timedelta(days=400)


def _by_word(rows, first):
    return {word: number for number, row in enumerate(rows, first) for word in row}


_MONTH = _by_word(_MONTHS, 1)
_WEEKDAY = _by_word(_WEEKDAYS, 0)
_NUMBER = _by_word(_NUMBERS, 1)


def _any(words):
    return "|".join(sorted(words, key=len, reverse=True))


_DAY = r"(?P<day>\d{1,2})(?:e|de|ste|er|st|nd|rd|th)?"
_COUNT = rf"(?P<count>\d{{1,3}}|{_any(_NUMBER)})"
_IN = r"\b(?:binnen|over|dans|sous|in|within|innerhalb|innert|d'ici)"
_MONTH_WORD = rf"(?P<month>{_any(_MONTH)})"
_YEAR = r"(?P<year>20\d\d)"


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day and where in the folded sentence it is named."""

    place: int
    day: date


def find_days(sentence: str, today: date) -> tuple[date, ...]:
    """Return the days that a sentence names, in its order, each once.

    Never raises; what no calendar knows (31 February) is left out.

    >>> find_days("Ik betaal vrijdag of op 20/3.", date(2026, 3, 4))
    (datetime.date(2026, 3, 6), datetime.date(2026, 3, 20))
    """
    folded = fold(sentence)
    taken: list[tuple[int, int]] = []
    found: list[FoundDay] = []
    for pattern, work_out in _FORMS:
        for match in pattern.finditer(folded):
            begin, end = match.span()
            if any(begin < other_end and other < end for other, other_end in taken):
                continue
            taken.append((begin, end))
            day = _safely(work_out, match, today)
            if day and abs(day - today) <= _FURTHEST:
                found.append(FoundDay(begin, day))
    found.sort(key=lambda one: one.place)
    return tuple(dict.fromkeys(one.day for one in found))


def _safely(work_out, match, today):
    try:
        return work_out(match, today)
    except (ValueError, OverflowError):
        return None


def _full(match, _today):
    year = int(match["year"])
    return date(year + 2000 if year < 100 else year, *_month_and_day(match))


def _without_year(match, today):
    month, day = _month_and_day(match)
    # A leap day comes within eight years.
    for year in range(today.year, min(today.year + 9, MAXYEAR + 1)):
        known = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
        if known and date(year, month, day) >= today:
            return date(year, month, day)
    return None


def _month_and_day(match):
    month = match["month"]
    return (int(month) if month.isdigit() else _MONTH[month]), int(match["day"])


def _day_of_month(match, today):
    day = int(match["day"])
    month = today.replace(day=1)
    # Of two months in a row one has 31 days; the third is for a day that is past.
    for _attempt in range(3):
        last = _last_of(month)
        if 1 <= day <= last.day and month.replace(day=day) >= today:
            return month.replace(day=day)
        month = last + timedelta(days=1)
    return None


def _last_of(day):
    return day.replace(day=monthrange(day.year, day.month)[1])


def _weekday(match, today):
    ahead = (_WEEKDAY[match["weekday"]] - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead)


def _in_days(match, today):
    return today + timedelta(days=_count(match))


def _in_weeks(match, today):
    return today + timedelta(weeks=_count(match))


def _count(match):
    word = match["count"]
    return int(word) if word.isdigit() else _NUMBER[word]


def _this_friday(_match, today):
    return today + timedelta(days=(_FRIDAY - today.weekday()) % 7)


def _next_friday(_match, today):
    return today + timedelta(days=7 - today.weekday() + _FRIDAY)


def _end_of_month(_match, today):
    return _last_of(today)


def _end_of_next_month(_match, today):
    return _last_of(_last_of(today) + timedelta(days=1))


def _end_of_named_month(match, today):
    month = _MONTH[match["month"]]
    year = today.year + (month < today.month)
    return _last_of(date(year, month, 1))


def _days_ahead(days) -> Callable[[re.Match, date], date]:
    return lambda _match, today: today + timedelta(days=days)


# From the most to the least telling: what one form reads, no later one reads again.
_FORMS = [
    (re.compile(pattern), work_out)
    for pattern, work_out in (
        (r"\b(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)\b", _full),
        (
            r"\b(?P<day>\d\d?) ?[./-] ?(?P<month>\d\d?) ?[./-] ?"
            r"(?P<year>20\d\d|\d\d)\b",
            _full,
        ),
        (rf"\b{_DAY}\.? (?:of )?{_MONTH_WORD}\.? {_YEAR}\b", _full),
        (rf"\b{_MONTH_WORD} {_DAY},? {_YEAR}\b", _full),
        (rf"\b{_DAY}\.? (?:of )?{_MONTH_WORD}\b", _without_year),
        (rf"\b{_MONTH_WORD} {_DAY}\b", _without_year),
        (r"(?<![\d.,/-])(?P<day>\d\d?)[/.-](?P<month>\d\d?)(?![\d/-])", _without_year),
        (
            rf"\b(?:einde?|fin|ende|end of)(?: van| de)? {_MONTH_WORD}\b",
            _end_of_named_month,
        ),
        (
            r"\b(?:einde?|fin|ende|end)\b(?: \w+){0,2} (?:volgende|komende|next|"
            r"nachsten|kommenden) (?:maand|month|monats)\b"
            r"|\bfin du mois prochain\b",
            _end_of_next_month,
        ),
        (
            r"\b(?:einde?|fin|ende|end)\b(?: \w+){0,2} (?:maand|mois|monats?|month)\b"
            r"|\bmonatsende\b|\bmaandeinde\b",
            _end_of_month,
        ),
        (
            r"\b(?:einde?|fin|ende|end)\b(?: \w+){0,2} (?:week|semaine|woche)\b"
            r"|\b(?:deze|cette|diese[rn]?|this) (?:week|semaine|woche)\b",
            _this_friday,
        ),
        (
            r"\b(?:volgende|komende|nachste[rn]?|kommende[rn]?|next) (?:week|woche)\b"
            r"|\bsemaine prochaine\b",
            _next_friday,
        ),
        (rf"{_IN}(?: \w+)? {_COUNT} (?:dagen|dag|jours?|tagen?|days?)\b", _in_days),
        (
            rf"{_IN}(?: \w+)? {_COUNT} (?:weken|week|semaines?|wochen?|weeks?)\b",
            _in_weeks,
        ),
        (
            r"\b(?:overmorgen|apres-demain|ubermorgen|day after tomorrow)\b",
            _days_ahead(2),
        ),
        # Dutch and German share a word, which greets as well.
        (r"(?<!guten )\b(?:morgen|demain|tomorrow)\b", _days_ahead(1)),
        (r"\b(?:vandaag|aujourd'hui|heute|today)\b", _days_ahead(0)),
        (rf"\b(?P<weekday>{_any(_WEEKDAY)})\b", _weekday),
        (
            r"\b(?:de|den|le|am|the|zum|vom) (?P<day>\d\d?)"
            r"(?:e|de|ste|er|st|nd|rd|th|\.)?(?![\w/%€-]|\.\d| ?(?:eur|euro|%))",
            _day_of_month,
        ),
    )
]
