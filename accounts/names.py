"""What people and rooms may be called: pure checks, each raising `ValueError` with a sentence to show."""

import re
import unicodedata

from django.utils.translation import gettext, ngettext

USERNAME_LONGEST = 32
DISPLAY_NAME_LONGEST = 80
MARKS_IN_A_ROW = 4

# Letters and marks that are drawn as nothing, though Unicode does not call them format characters.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
JOINERS = frozenset("\u200c\u200d")
SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
PICTOGRAPHS = range(0x1F000, 0x1FB00)
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
# fmt: off
RESERVED = frozenset((
    "admin", "administrator", "all", "anonymous", "api", "app", "bot", "channel", "deleted", "everybody",
    "everyone", "help", "here", "mod", "moderator", "moderators", "nobody", "null", "owner", "postmaster",
    "room", "root", "security", "setup", "site", "staff", "support", "system", "team", "undefined",
    "webmaster", "大家", "所有人", "系统", "管理员", "版主", "房间",
))
# fmt: on


def clean_name(text: str, *, longest: int) -> str:
    """A name or a line of text as it is kept: NFC, one space where there were several, nothing unseen.

    `longest` counts characters. An empty result is returned as it is; whether that is allowed is the caller's rule.
    """
    if not isinstance(text, str):
        raise ValueError(gettext("This must be text."))
    if len(text) > longest * 4 + 64:
        raise ValueError(too_long(longest))
    text = SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")
    if any(is_hidden(text, at) for at in range(len(text))):
        raise ValueError(gettext("This has characters that can’t be seen. Please type it anew."))
    if text and not any(is_seen(character) for character in text):
        raise ValueError(gettext("This has nothing to see in it."))
    check_marks(text)
    if len(text) > longest:
        raise ValueError(too_long(longest))
    return text


def clean_username(text: str) -> str:
    """A username as it is kept: NFKC, so that two that look the same are the same."""
    if not isinstance(text, str):
        raise ValueError(gettext("This must be text."))
    if len(text) > USERNAME_LONGEST * 4:
        raise ValueError(too_long(USERNAME_LONGEST))
    name = same_name(text)
    if not name:
        raise ValueError(gettext("Please choose a username."))
    if not all(is_plain(character) for character in name) or unicodedata.category(name[0])[0] == "M":
        raise ValueError(gettext("A username has letters, digits, and . _ - in it, nothing else."))
    if not any(character.isalnum() for character in name):
        raise ValueError(gettext("A username needs at least one letter or digit."))
    if len({alphabet(character) for character in name} - {""}) > 1:
        raise ValueError(gettext("Please use letters of one alphabet."))
    check_marks(name)
    if len(name) > USERNAME_LONGEST:
        raise ValueError(too_long(USERNAME_LONGEST))
    if name.casefold() in RESERVED:
        raise ValueError(gettext("That username is kept for the site itself."))
    return name


def same_name(text: str) -> str:
    """The form in which usernames are compared and looked up, but for case."""
    return unicodedata.normalize("NFKC", text).strip()


def too_long(longest: int) -> str:
    return ngettext("Please use at most %(count)d character.", "Please use at most %(count)d characters.", longest) % {
        "count": longest
    }


def is_plain(character: str) -> bool:
    """May stand in a username: a letter, a mark on it, a digit, or one of `.`, `_` and `-`."""
    category = unicodedata.category(character)
    is_letter = category[0] in "LM" or category in {"Nd", "Nl"}
    return character in "._-" or (is_letter and character not in BLANKS and not VARIATION.match(character))


def is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZCM" or ord(character) in PICTOGRAPHS


def is_hidden(text: str, at: int) -> bool:
    """True for what is not drawn or turns the direction of the line, unless it is needed where it stands."""
    character = text[at]
    before, after = text[at - 1] if at else "", text[at + 1] if at + 1 < len(text) else ""
    if character in JOINERS:  # as in Persian words and in emoji made of several
        return not (joins(before) and joins(after))
    if VARIATION.match(character):
        return not before or unicodedata.category(before)[0] not in "LNSP"
    category = unicodedata.category(character)
    if category == "Cn":  # a pictograph younger than this Python
        return ord(character) not in PICTOGRAPHS
    return category[0] == "C" or category in {"Zl", "Zp"} or character in BLANKS


def joins(character: str) -> bool:
    if not character:
        return False
    return unicodedata.category(character) in {"Lo", "Mn", "Mc", "So", "Sk"} or ord(character) in PICTOGRAPHS


def check_marks(text: str) -> None:
    """Refuses letters with a tower of accents on them."""
    row = 0
    for character in text:
        row = row + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if row > MARKS_IN_A_ROW:
            raise ValueError(gettext("There are too many accents on one letter."))


def alphabet(character: str) -> str:
    """The alphabet of a letter, where several have letters that look alike; else an empty text."""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "")
    return next((script for script in ALPHABETS if name.startswith(script)), "")
