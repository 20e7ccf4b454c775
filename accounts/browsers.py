"""What a browser calls itself, in words that its owner knows it by."""

import re

# The first that fits: most browsers also claim to be those further down.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
            ("Chrome|CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS X|Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux|X11", "Linux"))  # fmt: skip


def browser_words(user_agent: str) -> str:
    """`Firefox · Linux`; what is not known is left out, and a program is called by its own first word."""
    found = [_first(user_agent, BROWSERS), _first(user_agent, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent.split("/")[0][:40].strip()


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")
