"""What the server says, and what it counts as nothing said."""

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import assume, given
from hypothesis import strategies as st

from chat import protocol
from chat.errors import ChatError, Locked, RateLimited
from chat.models import Message
from chat.protocol import Change


def test_an_error_has_only_what_applies() -> None:
    until = datetime(2026, 11, 22, 17, 0, tzinfo=timezone(timedelta(hours=8)))
    assert json.loads(protocol.error_frame(Locked("No.", until=until), ref="a", room="r")) == {
        "type": "error",
        "ref": "a",
        "room": "r",
        "code": "locked",
        "detail": "No.",
        "until": "2026-11-22T09:00:00.000Z",
    }
    assert json.loads(protocol.error_frame(RateLimited("Slow.", retry_after=0.12345))) == {
        "type": "error",
        "code": "rate_limited",
        "detail": "Slow.",
        "retry_after": 0.123,
    }


def test_every_code_of_the_contract_has_its_error() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "protocol.md").read_text(encoding="utf-8")
    table = text.split("| code | when |")[1].split("## Close codes")[0]
    promised = {
        word for row in table.splitlines() for word in re.findall(r"`([a-z_]+)`", row.split("|")[1] if row else "")
    }
    codes = {error.code for error in ChatError.__subclasses__()}
    assert promised <= codes
    others = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in others for code in codes - promised), "only the REST API says these"


def test_times_have_three_decimals_cut_not_rounded() -> None:
    assert protocol.timestamp(datetime(2026, 11, 22, 9, 0, 0, 123999, tzinfo=UTC)) == "2026-11-22T09:00:00.123Z"


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])))
def test_times_are_utc(moment: datetime) -> None:
    assume(2 <= moment.year <= 9998)
    text = protocol.timestamp(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert timedelta() <= moment - datetime.fromisoformat(text) < timedelta(milliseconds=1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 2**53 - 1) | st.text() | st.sampled_from(Message.Kind),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_what_everyone_writes(data: object) -> None:
    assert protocol.dumps(data) == json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def test_a_long_run_of_events_is_cut_where_a_frame_is_full() -> None:
    changes = [
        Change(rev, rev, json.dumps({"rev": rev, "body": "é" * 600_000}, ensure_ascii=False)) for rev in range(2, 12)
    ]
    cursor, got = 1, []
    while cursor < 11:
        text, reached = protocol.events_frame(
            "lobby", cursor, 11, [change for change in changes if change.rev > cursor]
        )
        assert len(text.encode()) <= protocol.SERVER_FRAME_BYTES
        got += [message["rev"] for message in json.loads(text)["messages"]]
        assert got[-1] == reached
        cursor = reached
    assert got == list(range(2, 12))


@pytest.mark.parametrize(
    "text", ["", " \t\r\n\u3000", "\u200b\u2060", "\u2800", "\u3164\ufe0f", "\U000e0041", "\u202e\u00ad"]
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert protocol.is_blank(text)


def test_every_format_character_and_space_is_blank_and_nothing_that_shows_is() -> None:
    for code in range(0x110000):
        char = chr(code)
        category = unicodedata.category(char)
        if category in {"Cf", "Zs", "Zl", "Zp"}:
            assert protocol.is_blank(char), hex(code)
        elif category[0] in "NPS" and char != "\u2800":
            assert not protocol.is_blank(char), hex(code)
