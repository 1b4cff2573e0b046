"""The time a letter gives: official examples, and never shorter than the law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.calendar import SUNDAY, WEEKEND, WorkingDays, list_days
from ar_dunning.rules.months import last_day_of_term
from ar_dunning.rules.waiting import WaitingPeriod, WaitingRule, wait
from strategies import CALENDAR, DELIVERY_DAYS, days, waiting_rules

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2026, 10, 1), date(2027, 3, 31)
BELGIAN_HOLIDAYS = {
    date(2026, 11, 1): "All Saints",
    date(2026, 11, 11): "Armistice",
    date(2026, 12, 25): "Christmas",
    date(2027, 1, 1): "New Year",
}
DUTCH_HOLIDAYS = {date(2026, 12, 25): "Christmas", date(2026, 12, 26): "Christmas"}


def calendar(closed_weekdays, holidays):
    listed = list_days(FIRST, LAST, closed_weekdays, holidays)
    return WorkingDays(FIRST, [day.is_working for day in listed])


BELGIAN = calendar(WEEKEND, BELGIAN_HOLIDAYS)
SATURDAY_COUNTS = calendar({SUNDAY}, BELGIAN_HOLIDAYS)
DUTCH = calendar(WEEKEND, DUTCH_HOLIDAYS)
# HR 25 November 2016: neither Sundays nor Mondays nor public holidays.
DUTCH_DELIVERY = calendar({0, SUNDAY}, DUTCH_HOLIDAYS)

# Belgium, Code of Economic Law, art. XIX.2 § 1.
EMAIL = WaitingRule("day_after_sending", 14)
POST = WaitingRule("working_day_after_sending", 14, offset=3)
# Netherlands, art. 6:96(6) BW.
FOURTEEN_DAYS = WaitingRule("delivery_day", 14, offset=2)
EXTENDED = WaitingRule("delivery_day", 14, offset=2, extend_to_working_day=True)
# Belgium, taxes: a month from the third working day after the registered letter.
TAXES = WaitingRule("working_day_after_sending", 0, offset=3, months=1)


@pytest.mark.parametrize(
    ("rule", "working", "sent_on", "starts_on", "last_day", "claimable_from"),
    [
        pytest.param(
            EMAIL, BELGIAN, "2026-11-02", "2026-11-03", "2026-11-16", "2026-11-17"
        ),
        pytest.param(
            POST, BELGIAN, "2026-11-02", "2026-11-05", "2026-11-18", "2026-11-19"
        ),
        pytest.param(
            POST, BELGIAN, "2026-10-30", "2026-11-04", "2026-11-17", "2026-11-18"
        ),
        pytest.param(
            POST,
            SATURDAY_COUNTS,
            "2026-10-30",
            "2026-11-03",
            "2026-11-16",
            "2026-11-17",
        ),
        pytest.param(
            POST, BELGIAN, "2026-12-24", "2026-12-30", "2027-01-12", "2027-01-13"
        ),
        pytest.param(
            TAXES, BELGIAN, "2026-11-02", "2026-11-05", "2026-12-04", "2026-12-05"
        ),
    ],
)
def test_belgian_times(rule, working, sent_on, starts_on, last_day, claimable_from):
    assert wait(date.fromisoformat(sent_on), rule, working) == WaitingPeriod(
        date.fromisoformat(sent_on),
        None,
        date.fromisoformat(starts_on),
        date.fromisoformat(last_day),
        date.fromisoformat(claimable_from),
    )


@pytest.mark.parametrize(
    ("rule", "sent_on", "delivered_on", "starts_on", "last_day", "claimable_from"),
    [
        (
            FOURTEEN_DAYS,
            "2026-11-03",
            "2026-11-05",
            "2026-11-06",
            "2026-11-19",
            "2026-11-20",
        ),
        (
            FOURTEEN_DAYS,
            "2026-11-05",
            "2026-11-07",
            "2026-11-08",
            "2026-11-21",
            "2026-11-22",
        ),
        (
            EXTENDED,
            "2026-11-05",
            "2026-11-07",
            "2026-11-08",
            "2026-11-23",
            "2026-11-24",
        ),
        (
            FOURTEEN_DAYS,
            "2026-12-24",
            "2026-12-30",
            "2026-12-31",
            "2027-01-13",
            "2027-01-14",
        ),
    ],
)
def test_dutch_times(rule, sent_on, delivered_on, starts_on, last_day, claimable_from):
    period = wait(date.fromisoformat(sent_on), rule, DUTCH, DUTCH_DELIVERY)
    assert period == WaitingPeriod(
        *map(
            date.fromisoformat,
            [sent_on, delivered_on, starts_on, last_day, claimable_from],
        )
    )


def test_what_is_received_on_the_day_counts_from_the_next():
    sent_on = date(2026, 11, 6)
    period = wait(sent_on, WaitingRule("receipt", 14), DUTCH)
    assert period.delivered_on == sent_on
    assert period.starts_on == date(2026, 11, 7)
    assert period.last_day == date(2026, 11, 20)


def test_months_come_before_days():
    rule = WaitingRule("day_after_sending", 3, offset=2, months=1)
    period = wait(date(2026, 10, 29), rule, BELGIAN)
    assert period.starts_on == date(2026, 10, 31)
    assert period.last_day == date(2026, 12, 3)


@given(waiting_rules(), days())
def test_the_time_is_never_shorter_than_the_law(rule, sent_on):
    period = wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    assert period.starts_on > sent_on
    assert period.claimable_from == period.last_day + ONE_DAY
    lasts = (period.last_day - period.starts_on).days + 1
    whole_months = (
        last_day_of_term(period.starts_on, rule.months) - period.starts_on
    ).days + 1
    assert lasts >= rule.days + whole_months
    assert lasts >= rule.days + 28 * rule.months
    if not rule.extend_to_working_day:
        assert lasts == rule.days + whole_months


@given(waiting_rules(), days(), st.integers(1, 30))
def test_a_later_letter_never_ends_earlier(rule, sent_on, later):
    early = wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    late = wait(sent_on + timedelta(days=later), rule, CALENDAR, DELIVERY_DAYS)
    assert late.starts_on >= early.starts_on
    assert late.last_day >= early.last_day


@given(waiting_rules(), days())
def test_the_time_begins_where_the_convention_says(rule, sent_on):
    period = wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    if rule.convention == "working_day_after_sending":
        assert CALENDAR.is_working(period.starts_on)
        passed = CALENDAR.index(period.starts_on) - CALENDAR.index(sent_on)
        assert passed == rule.offset
        assert period.delivered_on is None
    elif rule.convention == "day_after_sending":
        assert (period.starts_on - sent_on).days == rule.offset
        assert period.delivered_on is None
    else:
        assert period.starts_on == period.delivered_on + ONE_DAY
    if rule.convention == "delivery_day":
        assert DELIVERY_DAYS.is_working(period.delivered_on)
        passed = DELIVERY_DAYS.index(period.delivered_on) - DELIVERY_DAYS.index(sent_on)
        assert passed == rule.offset


@given(waiting_rules(), days())
def test_an_extended_time_ends_on_the_next_working_day(rule, sent_on):
    period = wait(sent_on, rule, CALENDAR, DELIVERY_DAYS)
    plain = WaitingRule(rule.convention, rule.days, rule.offset, False, rule.months)
    last_day = wait(sent_on, plain, CALENDAR, DELIVERY_DAYS).last_day
    expected = CALENDAR.next_working(last_day)
    assert period.last_day == (expected if rule.extend_to_working_day else last_day)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"convention": "registered"}, "'registered'"),
        ({"offset": 0}, "after the day of sending"),
        ({"convention": "receipt", "offset": 2}, "on the next day"),
        ({"days": 0}, "a day at least"),
        ({"days": -1, "months": 1}, "a day at least"),
        ({"days": 1, "months": -1}, "a day at least"),
    ],
)
def test_times_that_no_law_gives_are_refused(words, message):
    with pytest.raises(ValueError, match=message):
        WaitingRule(**{"convention": "day_after_sending", "days": 14} | words)


def test_a_letter_is_not_delivered_on_unknown_days():
    with pytest.raises(ValueError, match="the post delivers"):
        wait(date(2026, 11, 3), FOURTEEN_DAYS, DUTCH)


def test_nothing_is_known_outside_the_calendar():
    with pytest.raises(LookupError):
        wait(LAST, POST, BELGIAN)
