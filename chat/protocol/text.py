"""Text that shows nothing."""

import re

# White_Space, Default_Ignorable_Code_Point, Cf and the blank braille pattern: what shows nothing.
# Source: Unicode 16, PropList.txt and DerivedCoreProperties.txt.
_BLANK = re.compile(
    r"[\t-\r \x85\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen."""
    return _BLANK.fullmatch(text) is not None
