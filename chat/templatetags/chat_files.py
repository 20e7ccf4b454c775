"""Files of messages where no browser module draws them."""

from typing import Any

from django import template

register = template.Library()

# A picture in a row is at most so wide and so high, in CSS pixels; the same as the browser's.
SHOT_PX = (384, 320)


@register.inclusion_tag("chat/_files.html")
def files(attachments: list[dict[str, Any]]) -> dict[str, object]:
    """The `attachments` of a message as the protocol has them: pictures first, together."""
    pictures = [one for one in attachments if is_picture(one)]
    return {
        "pictures": [one | {"shown": fitted(one["width"], one["height"])} for one in pictures],
        "others": [one | {"kind": one["type"].partition("/")[0]} for one in attachments if not is_picture(one)],
    }


def is_picture(attachment: dict[str, Any]) -> bool:
    return attachment["type"].startswith("image/") and bool(attachment["width"])


def fitted(width: int, height: int) -> tuple[int, int]:
    """How large a picture stands in its row, in CSS pixels."""
    scale = min(1, SHOT_PX[0] / width, SHOT_PX[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
