"""Several modules as one: in their order, each in a scope of its own."""

import pytest

from chat.modules import imports, imports_of
from site_config.bundles import bundle, bundles


def test_a_bundle_is_one_module() -> None:
    text = bundle(
        {
            "lit-html": "const t=1;export{t as html};",
            "a.js": "import { html } from 'lit-html';\nconst own = html;\nexport function a() {\n  return own;\n}\n",
            "b.js": "import { words } from '#words';\nimport {\n  a,\n} from './a.js';\nimport { c } from './c.js';\n"
            "const own = a();\nexport const b = () => import('./d.js');\n",
        }
    )
    assert text == (
        "import{words}from'#words';\nimport{c}from'./c.js';\n"
        "export const {html}=(()=>{const t=1;\nreturn{html:t}})();\n"
        "export const {a}=(()=>{const own=html;function a(){return own;}\n\nreturn{a}})();\n"
        "export const {b}=(()=>{const own=a();const b=()=>import('./d.js');\n\nreturn{b}})();\n"
    )


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("export default 1;", "can't have 'export default"),
        ("export let b = 1;", "can't have 'export let"),
        ("import all from './c.js';", 'have "import all'),
        ("import * as all from './c.js';", 'have "import'),
        ("import './c.js';", 'have "import'),
        ("import { a as b } from './c.js';", "'a as b' is renamed"),
        ("import { c } from './a.js';", "a.js has no 'c'"),
        ("import { a } from './c.js';", "a name of a.js"),
        ("export const a = 1;", "a name of a.js"),
    ],
)
def test_what_a_bundle_does_not_know_is_an_error(module: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        bundle({"a.js": "export const a = 1;", "b.js": module})


def test_the_room_page_has_one_bundle() -> None:
    (names,) = bundles()
    assert names[-1] == "live.js"
    assert sorted(names) == sorted(name for name in imports_of("live.js") if not name.startswith("#"))
    for at, name in enumerate(names):
        assert not {*imports(name)} & {*names[at:]}, name
