"""The files of the demo are whole."""

import pytest

from migrations_seed import content


@pytest.mark.parametrize(
    "text",
    ['+++\nname = "x"\nmembers = []\n+++\nno time here', "+++\nname = \n+++\n", '+++\nname = "x"\n+++\n'],
)
def test_a_broken_file_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        content.parse_talk(text)


def test_every_reply_and_change_has_its_message() -> None:
    usernames = {person.username for person in content.people()}
    for talk in content.talks():
        assert set(talk.members) <= usernames
        assert set(talk.moderators) | set(talk.unread) | {line.who for line in talk.lines} <= set(talk.members)
        labels: set[str] = set()
        for line in talk.lines:
            assert line.text
            assert not line.picture or content.picture_of(line).is_file()
            assert {line.reply, line.target} - {""} <= labels
            labels.add(line.label)
