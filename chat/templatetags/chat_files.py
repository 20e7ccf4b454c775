"""Files of messages where no browser module draws them."""

import re
from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext

register = template.Library()

# A picture in a row is at most so wide and so high, in CSS pixels; the same as the browser's.
SHOT_PX = (384, 320)
TENTHS_BELOW = 9.95
ENDING = re.compile(r"[^.]\.([^\W_]{1,8})$")


@register.inclusion_tag("chat/_files.html")
def files(attachments: list[dict[str, Any]]) -> dict[str, object]:
    """The `attachments` of a message as the protocol has them: pictures first, together."""
    pictures = [one for one in attachments if is_picture(one)]
    return {
        "pictures": [one | {"shown": fitted(one["width"], one["height"])} for one in pictures],
        "others": [
            one | {"kind": one["type"].partition("/")[0], "ending": ending_of(one["name"])}
            for one in attachments
            if not is_picture(one)
        ],
    }


@register.filter
def much(size: int) -> str:
    """How large a file of so many bytes is, by thousands; the same as the browser's."""
    step = 0 if size < 1000 else 1 if size < 999_500 else 2
    value = size / 1000**step
    has_tenths = step and value < TENTHS_BELOW
    text = floatformat(int(value * 10 + 0.5) / 10, -1) if has_tenths else floatformat(value, 0)
    return f"{text} {(gettext('byte'), 'kB', 'MB')[step]}"


def ending_of(name: str) -> str:
    """What a file calls itself: the ending of its name; "" where it has none. The same as the browser's."""
    found = ENDING.search(name)
    return found[1].upper() if found else ""


def is_picture(attachment: dict[str, Any]) -> bool:
    return attachment["type"].startswith("image/") and bool(attachment["width"])


def fitted(width: int, height: int) -> tuple[int, int]:
    """How large a picture stands in its row, in CSS pixels."""
    scale = min(1, SHOT_PX[0] / width, SHOT_PX[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
