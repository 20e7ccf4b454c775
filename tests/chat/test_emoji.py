"""What is an emoji, and its one form."""

import emoji
import pytest

from chat.protocol import emoji_of

WHOLE = [text for text, facts in emoji.EMOJI_DATA.items() if facts["status"] == emoji.STATUS["fully_qualified"]]


def test_every_emoji_is_one_in_all_its_forms() -> None:
    assert len(WHOLE) > 3_700
    for text in WHOLE:
        assert emoji_of(text) == text == emoji_of(text.replace("\ufe0f", ""))
        assert len(text) <= 16, "the column"
    unqualified = [text for text, facts in emoji.EMOJI_DATA.items() if facts["status"] in (3, 4)]
    assert len(unqualified) > 1_000
    assert {emoji_of(text) for text in unqualified} < set(WHOLE)


@pytest.mark.parametrize("text", ["👍", "👍🏽", "🇪🇸", "1️⃣", "#️⃣", "❤️", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍❤️‍💋‍👨🏿", "🏳️‍⚧️", "🫩"])
def test_an_emoji(text: str) -> None:
    assert emoji_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufe0f",
        "a",
        "1",
        "#",
        "👍👍",
        "👍 ",
        " 👍",
        "👍a",
        "🏽",
        "🇪",
        "🇽🇽",
        "👍\u200d",
        "\u200d",
        "♥︎",
        "☞",
        "ok",
        ":+1:",
    ],
)
def test_no_emoji(text: str) -> None:
    assert emoji_of(text) is None
