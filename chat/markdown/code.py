"""Code in colours: HTML with a few classes that the style sheet colours, never styles.

The lexers are Pygments', of languages that people show each other. Some take quadratic time on what nobody writes
(1,500 blank lines), so the work has a bound: what lies behind it stays as it is, like code in any other language.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from time import thread_time
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

LANGUAGES: Final = {
    "bash": "bash", "c": "c", "c#": "csharp", "c++": "cpp", "cpp": "cpp", "cs": "csharp", "csharp": "csharp",
    "css": "css", "diff": "diff", "dockerfile": "docker", "elixir": "elixir", "go": "go", "golang": "go",
    "html": "html", "java": "java", "javascript": "javascript", "js": "javascript", "json": "json",
    "jsx": "javascript", "kotlin": "kotlin", "lua": "lua", "patch": "diff", "php": "php", "py": "python",
    "python": "python", "rb": "ruby", "ruby": "ruby", "rs": "rust", "rust": "rust", "sh": "bash", "shell": "bash",
    "sql": "sql", "swift": "swift", "toml": "toml", "ts": "typescript", "tsx": "typescript",
    "typescript": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml", "zsh": "bash",
}  # fmt: skip
# A kind of token and all below it, by what the reader sees: keywords, names, strings, comments, numbers, two of diffs.
CLASSES: Final = {
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Name.Tag: "k",
    Token.Name.Function: "nf",
    Token.Name.Class: "nf",
    Token.Name.Decorator: "nf",
    Token.Name.Attribute: "nf",
    Token.Literal.String: "s",
    Token.Comment: "c",
    Token.Literal.Number: "mi",
    Token.Generic.Inserted: "gi",
    Token.Generic.Deleted: "gd",
}
# Of this thread's time on a processor; forty lines of code take a tenth of it.
SECONDS_MOST: Final = 0.05
CODE_CLASSES: Final = frozenset(CLASSES.values())


def highlighted(source: str, language: str) -> str:
    """Escaped HTML of code, in colours where the language is known."""
    name = LANGUAGES.get(language)
    if name is None:
        return escape(source)
    parts: list[str] = []
    run, run_class = "", ""
    for kind, text in _tokens(name, source):
        # A blank between two words of one colour belongs to it: fewer elements, the same picture.
        shown = run_class if text.isspace() else class_of(kind)
        if shown != run_class:
            parts.append(_span(run, run_class))
            run, run_class = "", shown
        run += text
    parts.append(_span(run, run_class))
    return "".join(parts)


def _tokens(name: str, source: str) -> Iterator[tuple[_TokenType, str]]:
    """All of the source in pieces; from where the work gets too much on in one."""
    lexer = _lexer(name)  # which takes a while the first time
    end = thread_time() + SECONDS_MOST
    for place, kind, text in lexer.get_tokens_unprocessed(source):
        if thread_time() > end:
            yield Token.Text, source[place:]
            return
        yield kind, text


def _span(text: str, name: str) -> str:
    return f'<span class="{name}">{escape(text)}</span>' if name and text else escape(text)


@cache
def class_of(kind: _TokenType) -> str:
    """The class of the nearest kind above that has one."""
    return next((CLASSES[above] for above in reversed(kind.split()) if above in CLASSES), "")


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name)
