"""Every account page against input that no browser sends: always an answer, never a failure of ours."""

from collections.abc import Iterator

import pytest
from allauth.account import urls as allauth_urls
from django.test import Client

from accounts import setup
from accounts.models import User
from tests.accounts.conftest import PASSWORD

# fmt: off
FIELDS = (
    "username", "login", "email", "password", "password1", "password2", "oldpassword", "remember", "next", "key",
    "display_name", "language", "theme", "time_zone", "direct_from", "name", "days", "site_name", "action_add",
    "action_send", "action_remove", "action_primary", "csrfmiddlewaretoken", "code", "credential",
)
# fmt: on
VALUES = [
    "",
    "\x00",
    "a\x00b",
    "\u202e",
    "\ufffd\uffff",
    "x" * 100_000,
    "-1",
    "9" * 400,
    "{}",
    "//evil.example",
    "é" * 300,
]
FACTOR_PATHS = ("", "authenticate/", "reauthenticate/", "totp/activate/", "totp/deactivate/", "recovery-codes/",
                "recovery-codes/generate/", "webauthn/add/", "webauthn/login/", "webauthn/reauthenticate/",
                "webauthn/keys/1/edit/", "webauthn/keys/1/remove/")  # fmt: skip
MULTIPART = "multipart/form-data; boundary=edge"


def paths() -> Iterator[str]:
    for pattern in allauth_urls.urlpatterns:
        route = str(pattern.pattern)
        if "(" not in route:
            yield f"/accounts/{route}"
    yield from (f"/accounts/2fa/{path}" for path in FACTOR_PATHS)
    yield from ("/accounts/confirm-email/é:1/", "/accounts/password/reset/key/1-a/", "/profile/", "/profile/tokens/")
    yield from ("/profile/tokens/1/revoke/", "/profile/tokens/99999999999999999999999/revoke/", "/admin/login/")
    yield "/setup/none/"


@pytest.fixture(params=["stranger", "ines"])
def browser(request: pytest.FixtureRequest, client: Client, db: None) -> Client:
    if request.param == "ines":
        User.objects.create_user("Inés", "ines@example.org", PASSWORD)
        client.post("/accounts/login/", {"login": "Inés", "password": PASSWORD})
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", sorted(paths()))
def test_no_value_of_any_field_breaks_a_page(browser: Client, path: str) -> None:
    for value in VALUES:
        form = dict.fromkeys(FIELDS, value)
        for answer in (
            browser.get(path, {"next": value[:2000], "email": value[:2000]}),
            browser.post(path, form),
            browser.post(path, {field: [value, value] for field in FIELDS}),
        ):
            assert answer.status_code < 500, (path, value[:20])


def test_no_value_of_any_field_breaks_the_first_run(client: Client, db: None) -> None:
    path = setup.new_setup_path()
    for value in VALUES:
        answer = client.post(path, dict.fromkeys(FIELDS, value))
        assert answer.status_code == 200, value[:20]
        assert answer.context["form"].errors
    assert setup.needs_setup()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"login=%ff%fe&password=%00&username=%ed%a0%80"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"login=a"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
        ("application/x-www-form-urlencoded", b"login=" + b"x" * 3_000_000),
        ("application/json", b'{"login": "\\ud800"}'),
        ("application/json; charset=nonsense", b"{" * 10_000),
        (MULTIPART, b'--edge\r\nContent-Disposition: form-data; name="login"\r\n\r\n\xff\xfe\x00\r\n--edge--\r\n'),
        (MULTIPART, b"--edge\r\nContent-Disp"),
        ("multipart/form-data", b"--"),
        (
            f"{MULTIPART}; charset=unicode_escape",
            b'--edge\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n'
            b'--edge\r\nContent-Disposition: form-data; name="password"\r\n\r\n\\ud800\r\n--edge--\r\n',
        ),
        ("", b"\xff"),
    ],
)
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/profile/"])
def test_no_body_breaks_a_page(as_ines: Client, path: str, kind: str, body: bytes) -> None:
    for browser in (Client(), as_ines):
        answer = browser.generic("POST", path, body, content_type=kind)
        assert answer.status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
def test_no_method_breaks_a_page(as_ines: Client, method: str) -> None:
    for path in paths():
        assert as_ines.generic(method, path).status_code < 500, path


@pytest.mark.parametrize(
    "header",
    [{"accept-language": "\x00" * 50}, {"accept-language": "zh-" * 3000}, {"x-requested-with": "XMLHttpRequest"}],
)
def test_no_header_breaks_a_page(client: Client, ines: User, header: dict[str, str]) -> None:
    for path in paths():
        assert client.get(path, headers=header).status_code < 500, path


def test_a_form_without_its_token_is_refused_kindly(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert b"That took too long" in answer.content


def test_a_failure_of_ours_has_a_page(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("accounts.setup.is_open", fail)
    client.raise_request_exception = False
    answer = client.get("/setup/none/")
    assert answer.status_code == 500
    assert b"dropped a tray" in answer.content
    assert b"boom" not in answer.content
