"""Modules with fewer bytes are the same modules."""

import re
from pathlib import Path

import pytest

from chat.modules import module_folder
from site_config.lean import lean, lean_sheet

EXPORT = re.compile(r"\bexport (?:async )?(?:function|class|const) ([\w$]+)")


@pytest.mark.parametrize("path", sorted(module_folder().rglob("*.js")), ids=lambda path: path.name)
def test_only_comments_and_blanks_are_taken_out(path: Path) -> None:
    text = path.read_text("utf-8")
    served = lean(text)
    assert len(served) < len(text)
    assert "/**" not in served
    assert lean(served) == served
    assert EXPORT.findall(served) == EXPORT.findall(text)
    bare = re.compile(r"/\*\*.*?\*/|(?<![:'}])//[^\n]*|\s+", re.DOTALL)
    assert bare.sub("", served) == bare.sub("", text)
    # A text over several lines is a template of HTML, where white space is as good as other white space.
    opened = [line for line in text.splitlines() if line.count("`") % 2 and re.search(r"[=(,:] ?`[^`]*$", line)]
    assert opened == []


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("/** @type {string} */\nconst a = 'wss://x'; // why\n", "const a='wss://x';\n"),
        ("/** @type {X} */ (a).b();\n\n/** Why. */\nc();\n", "(a).b();c();\n"),
        ("const a = /** @type {X} */ (b) ?? \"it's /* no */ comment\";", "const a=(b)??\"it's /* no */ comment\";\n"),
        ("a = b / c / d;", "a=b / c / d;\n"),
        ("a = /[/'\"`]{2}/u.test(b) ? /\\/ x/ : 1;", "a= /[/'\"`]{2}/u.test(b)? /\\/ x/ :1;\n"),
        ("a = b + +c - -d;\nreturn in_ in x;", "a=b+ +c- -d;return in_ in x;\n"),
        ("class A {\n  #b = 1;\n\n  static async c() {\n  }\n}\nd();", "class A{#b=1;static async c(){}}\nd();\n"),
        ("if (a)\n  return\n\nb\n", "if(a)\nreturn\nb\n"),
        ("a = `  // ${b.map(c => { return `'${ { d: '}' }[c] }`; })} \n   /* ${e} */`;",
         "a=`  // ${b.map(c=>{return`'${{d:'}'}[c]}`;})}\n/* ${e} */`;\n"),
        ("a = `\\`${`$`}$`; // b", "a=`\\`${`$`}$`;\n"),
    ],
)  # fmt: skip
def test_what_is_said_stays(text: str, served: str) -> None:
    assert lean(text) == served


def test_a_template_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not end"):
        lean("a = `b ${c} d;")


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("/* why */\n.a :hover > .b,\n.c {\n  color: red;\n\n  margin: -1px  calc(1px + 2px);\n}\n",
         ".a :hover > .b,.c{color:red;margin:-1px calc(1px + 2px);}"),
        (".a { &:not(.b, :first-child) { --c: ; } }", ".a{&:not(.b,:first-child){--c:;}}"),
        (".a::before { content: \" {;  /* no */ \"; }", ".a::before{content:\" {;  /* no */ \";}"),
        ("@media (width < 40rem) and (hover: hover) { }", "@media (width < 40rem) and (hover:hover){}"),
    ],
)  # fmt: skip
def test_styles_mean_the_same(text: str, served: str) -> None:
    assert lean_sheet(text) == served
    assert lean_sheet(served) == served
