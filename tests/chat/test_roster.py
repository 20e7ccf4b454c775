"""Who is online, by what processes say."""

import pytest

from chat.hub.presence.roster import SILENT_SECONDS, Roster


@pytest.fixture
def roster() -> Roster:
    return Roster()


def test_a_whole_word_leaves_out_who_has_gone(roster: Roster) -> None:
    roster.hear("one", {1: False, 2: False}, is_whole=True)
    roster.take_changed()
    roster.hear("one", {2: False, 3: True}, is_whole=True)
    assert roster.online() == {2, 3}
    assert roster.take_changed() == {1, 3}
    assert roster.take_changed() == set()


def test_a_change_leaves_the_others_as_they_are(roster: Roster) -> None:
    roster.hear("one", {1: False, 2: False}, is_whole=True)
    roster.hear("one", {3: False}, [1, 9], is_whole=False)
    assert roster.online() == {2, 3}


def test_somebody_is_there_while_any_process_says_so(roster: Roster) -> None:
    roster.hear("one", {1: False}, is_whole=True)
    roster.hear("two", {1: True, 2: True}, is_whole=True)
    assert (roster.is_away(1), roster.is_away(2), roster.is_away(3)) == (False, True, None)
    roster.hear("one", {}, [1], is_whole=False)
    assert roster.is_away(1) is True
    roster.hear("two", {}, is_whole=True)
    assert roster.is_away(1) is None
    assert roster.online() == set()


def test_a_silent_process_is_forgotten_and_no_other(roster: Roster) -> None:
    roster.hear("one", {1: False}, is_whole=True)
    roster.hear("two", {2: False}, is_whole=True)
    roster.take_changed()
    roster.wait(SILENT_SECONDS - 0.1)
    assert roster.online() == {1, 2}
    roster.hear("two", {}, is_whole=False)
    roster.wait(0.1)
    assert roster.online() == {2}
    assert roster.take_changed() == {1}


def test_whoever_is_heard_again_is_back(roster: Roster) -> None:
    roster.hear("one", {1: False}, is_whole=True)
    roster.wait(SILENT_SECONDS)
    roster.hear("one", {1: False}, is_whole=True)
    assert roster.is_away(1) is False
