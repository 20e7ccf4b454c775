"""Texts as they are searched: without case and accents, the same in Python and in the database."""

import re
import unicodedata

from django.db.models import Func, TextField

_MARKS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """What `Fold` makes of it."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return "".join(char.lower() for char in plain)


class Fold(Func):
    """A column without case, accents and forms that only look different."""

    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
    arity = 1
    output_field = TextField()
