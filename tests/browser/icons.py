"""The icons of the installed site (`bin/icons`), drawn by a browser from the one picture that they all show."""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image
from playwright.sync_api import Browser

from chat.views.installed import PAPER

pytestmark = pytest.mark.browser

COLOURS = 32
# Of each: pixels, how much of them the picture takes, how round the corners of its paper are (in hundredths).
# What a device cuts to its own shape keeps the picture inside of four fifths, and its paper reaches the edge.
ICONS = {
    "icon-192": (192, 76, 22),
    "icon-512": (512, 76, 22),
    "maskable-512": (512, 58, 0),
    "touch-180": (180, 68, 0),
}


@pytest.mark.parametrize("name", ICONS)
def test_icons(chromium: Browser, name: str) -> None:
    picture = Path(str(finders.find("chat/icon.svg")))
    pixels, part, corner = ICONS[name]
    page = chromium.new_page(viewport={"width": pixels, "height": pixels})
    page.set_content(
        f"""<style>body {{ margin: 0 }} svg {{ width: {part}% }} main {{ background: {PAPER}; border-radius: {corner}%;
        height: 100vh; display: grid; place-items: center }}</style>
        <main>{picture.read_text(encoding="utf-8")}</main>"""
    )
    drawn = Image.open(BytesIO(page.screenshot(omit_background=True)))
    page.close()
    drawn.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(picture.parent / "icons" / f"{name}.png", optimize=True)
