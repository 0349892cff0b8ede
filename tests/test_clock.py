from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.app.run.clock import HandClock, RealClock, SystemZone
from voicelog.app.run.wiring import converse_settings
from voicelog.converse.when import resolve
from voicelog.core.meaning import When
from voicelog.core.settings import Settings

BERLIN = ZoneInfo("Europe/Berlin")
WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a system whose zone can be chosen")


@pytest.fixture(scope="module", autouse=True)
def in_berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@given(st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)))
def test_the_computers_zone_is_that_of_the_tables(moment: datetime) -> None:
    local, known = moment.astimezone(SystemZone()), moment.astimezone(BERLIN)
    assert local.isoformat() == known.isoformat()
    assert (local.fold, local.tzname()) == (known.fold, known.tzname())
    assert local.astimezone(UTC) == moment


@pytest.mark.parametrize(
    ("now", "clock", "meant"),
    [
        # Summer time begins at 02:00 on 29 March, and ends at 03:00 on 25 October.
        (datetime(2026, 3, 29, 6, tzinfo=SUMMER), "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=WINTER)),
        (datetime(2026, 3, 29, 1, 45, tzinfo=WINTER), "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=WINTER)),
        (datetime(2026, 10, 25, 6, tzinfo=WINTER), "01:30", datetime(2026, 10, 25, 1, 30, tzinfo=SUMMER)),
        (datetime(2026, 10, 25, 6, tzinfo=WINTER), "02:30", datetime(2026, 10, 25, 2, 30, tzinfo=WINTER)),
        (datetime(2026, 10, 25, 2, 45, tzinfo=SUMMER), "02:30", datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER)),
    ],
)
def test_a_clock_time_said_after_the_change_of_summer_time(now: datetime, clock: str, meant: datetime) -> None:
    for of_now in (HandClock(now), RealClock(now)):
        zone = converse_settings(Settings(), of_now.zone).zone
        at = resolve(When(clock=clock, half_day=True), of_now.moment().wall.astimezone(zone))
        assert at is not None
        assert at.isoformat() == meant.isoformat()


def test_a_clock_elsewhere_keeps_its_offset() -> None:
    assert HandClock(datetime(2026, 3, 29, 6, tzinfo=UTC)).zone is None
    assert HandClock(datetime(2026, 3, 29, 6, tzinfo=WINTER)).zone is None
    assert isinstance(HandClock(None).zone, SystemZone)
    assert isinstance(RealClock().zone, SystemZone)
