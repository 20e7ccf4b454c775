"""The manifest, the service worker and its page: to be had by everyone, and nothing of anybody in them."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from accounts.models import Site, User
from accounts.site import forget_site_name

PATHS = ["/manifest.webmanifest", "/service-worker.js", "/offline/"]


@pytest.mark.parametrize("path", PATHS)
def test_everyone_gets_them_and_no_cookie_comes_along(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_nothing_of_the_person_is_in_them(client: Client, bob: User, path: str) -> None:
    User.objects.update(theme="dark", language="zh-hans")
    client.force_login(bob)
    text = client.get(path).content.decode()
    assert "Bob" not in text
    assert "dark" not in re.sub(r"light dark", "", text)


def test_the_manifest_names_the_site_and_icons_of_the_sizes_it_says(client: Client, db: None) -> None:
    Site.objects.create(pk=1, name="Our house")
    forget_site_name()
    answer = client.get("/manifest.webmanifest")
    forget_site_name()
    assert answer["Content-Type"] == "application/manifest+json"
    facts = answer.json()
    assert (facts["name"], facts["start_url"], facts["scope"]) == ("Our house", "/", "/")
    assert {icon["purpose"] for icon in facts["icons"]} == {"any", "maskable"}
    for icon in facts["icons"]:
        file = str(finders.find(icon["src"].removeprefix("/static/")))
        if icon["type"] == "image/png":
            with Image.open(file) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_worker_is_another_one_when_its_page_is(client: Client, db: None) -> None:
    first, again = (client.get("/service-worker.js").content.decode() for _ in range(2))
    assert first == again
    assert "no-cache" in client.get("/service-worker.js")["Cache-Control"]
    shell = json.loads(re.search(r"^const SHELL = (.*);$", first, re.MULTILINE)[1])  # type: ignore[index]
    assert shell[0] == "/offline/"
    assert all(path.startswith("/static/") for path in shell[1:])
    other = client.get("/service-worker.js", headers={"accept-language": "zh-hans"}).content.decode()
    version = re.compile(r"^const VERSION = .*$", re.MULTILINE)
    assert version.findall(first) != version.findall(other)


def test_the_page_speaks_the_persons_language(client: Client, bob: User) -> None:
    User.objects.update(language="zh-hans")
    client.force_login(bob)
    assert '<html lang="zh-hans"' in client.get("/offline/").content.decode()
