"""Refusals in the language of whoever is refused: every sentence of the services has its translation."""

import ast
import re
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from accounts import avatars
from accounts.models import User
from chat import encoding, errors
from chat.hub import Hub
from chat.models import Report, Room
from chat.refusals import OPEN, language_asked, said, said_in
from chat.services import members, moderation
from chat.services.moderation import closing
from tests.chat.announcements import Announced
from tests.chat.live import Bells, Socket, check, do, play
from tests.factories import seat
from tests.uploads import a_file, picture

KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ChatError)}
KINDS |= {"AvatarError", "PictureError"}
# Said to programs alone, or in OPEN with each of the words that may stand there.
ASIDE = ("{field or 'body'}", "Say {", "The CSRF", "The body must", "Tokens are", "Confirm your password", "{where}")


def sentences() -> set[str]:
    """What the code gives to its refusals; of a text with something in it, with a 7 there."""
    found = set()
    for file in (file for app in ("accounts", "chat") for file in Path(apps.get_app_config(app).path).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            is_refusal = isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS and node.args
            if not is_refusal or any(word in ast.unparse(node) for word in ASIDE):
                continue
            (text, *_) = node.args  # type: ignore[attr-defined]
            if isinstance(text, ast.Constant):
                found.add(str(text.value))
            elif isinstance(text, ast.JoinedStr):
                found.add(re.sub(r"\{.*?\}", "7", "".join(
                    part.value if isinstance(part, ast.Constant) else "{}" for part in text.values  # type: ignore[misc]
                )))  # fmt: skip
    return found


def test_every_sentence_is_said_in_chinese() -> None:
    assert len(sentences()) > 100
    with translation.override("zh-hans"):
        assert sorted(text for text in sentences() if said(text) == text and text not in {"7: 7", "7:7: 7"}) == []


@pytest.mark.parametrize("text", OPEN)
def test_sentences_with_something_in_them_keep_it(text: str) -> None:
    detail = text % {"a": "Inés", "b": "42"}
    with translation.override("zh-hans"):
        told = said(detail)
    assert told != detail
    assert all(part in told for part in ("Inés", "42") if part in detail)
    with translation.override("en"):
        assert said(detail) == detail


@pytest.mark.parametrize("text", ["", "What nobody has ever said: 42", "%(a)s", "\n"])
def test_what_the_dictionary_does_not_have_stays(text: str) -> None:
    with translation.override("zh-hans"):
        assert said(text) == text


@pytest.mark.parametrize(
    ("asked", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"), ("fr, zh-Hans;q=0.5", "zh-hans"), ("en-GB", "en"), ("\xff;", "en")],
)
def test_the_language_that_a_handshake_asks_for(asked: str, language: str) -> None:
    assert language_asked([(b"host", b"x"), (b"accept-language", asked.encode("latin-1"))]) == language
    assert language_asked([]) == "en"


@pytest.mark.django_db
def test_the_api_refuses_in_the_language_that_is_asked_for(client: Client, bob: User) -> None:
    client.force_login(bob)
    for asked, detail in {"zh-hans": "没有这个房间。", "en": "There is no such room."}.items():
        answer = client.get("/api/v1/rooms/nowhere", headers={"accept-language": asked})
        assert answer.json()["detail"] == detail


@pytest.mark.django_db
def test_pages_refuse_in_the_reader_s_language(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(language="zh-hans")
    client.force_login(bob)
    assert "不能屏蔽自己。" in client.post("/people/bob/ignore/").content.decode()
    assert "你不在叫这个名字的房间里" in client.get("/search/?q=in:nowhere").content.decode()


@pytest.mark.django_db
def test_every_notice_is_said_in_chinese(
    lobby: Room, cellar: Room, carol: User, bob: User, mallory: User, steward: User, announced: Announced
) -> None:
    """With what stands in it, whichever room and reason: those of every service that tells somebody something."""
    details = [f"Your report: {closing.SENTENCES[one]}" for one in closing.SENTENCES if one != "granted"]
    details += ["Your appeal: it stands.", f"Your appeal: {closing.SENTENCES[Report.Outcome.GRANTED]}"]
    sanctions = []
    for kind in (moderation.mute_user, moderation.ban_user):
        for room in (lobby, None):
            made = announced(partial(kind, actor=steward, user=bob, room=room, reason="a: b"))
            details += [frame["detail"] for frame in announced.frames_to(bob) if frame["type"] == "notice"]
            sanctions.append(made)
    details += [encoding.notice("banned", sanctions[-1])["detail"]]  # of the site: told as the socket ends
    for sanction in sanctions[:2]:
        announced(partial(moderation.lift_sanction, actor=steward, sanction=sanction))
        details += [frame["detail"] for frame in announced.frames_to(bob)]
    Room.objects.filter(pk=cellar.pk).update(is_listed=True)
    asked = members.ask_to_join(user=mallory, room=cellar)
    announced(
        lambda: members.answer_join_request(membership=seat(carol, cellar), request=asked, accept=False, reason="c")
    )
    details += [frame["detail"] for frame in announced.frames_to(mallory)]
    assert len(details) == 13
    assert [detail for detail in details if said_in("zh-hans", detail) == detail] == []
    assert said_in("zh-hans", details[6]) == "你在“Lobby”已被禁言：a: b"


@pytest.mark.django_db(transaction=True)
def test_each_socket_is_told_in_its_own_language(bells: Bells, lobby: Room, bob: User, steward: User) -> None:
    async def scene() -> None:
        hub = Hub()
        sockets = [Socket(hub, bob, language=language) for language in ("en", "zh-hans")]
        for socket in sockets:
            hub.add(socket.reader)
        await do(lambda: moderation.mute_user(actor=steward, user=bob, reason="noise"))
        bells.ring(hub)
        await do(lambda: moderation.ban_user(actor=steward, user=bob, reason="spam"))
        await check(hub)
        told = [[frame["detail"] for frame in socket.of("notice")] for socket in sockets]
        assert told == [
            ["You are muted on this site: noise", "You are banned on this site: spam"],
            ["你在本站已被禁言：noise", "你已被本站封禁：spam"],
        ]

    play(scene())


@pytest.mark.django_db
def test_pictures_are_refused_in_the_reader_s_language(files: Path, client: Client, bob: User) -> None:
    """At the doors where people bring them: the REST API, the profile page."""
    User.objects.filter(pk=bob.pk).update(language="zh-hans")
    client.force_login(bob)
    broken, asked = picture()[:40], {"accept-language": "zh-hans"}
    answer = client.post("/api/v1/uploads", {"file": a_file(broken, "x.png")}, headers=asked)
    assert answer.json()["detail"] == "这张图片已损坏。"
    answer = client.put("/api/v1/me/avatar", broken, content_type="image/png", headers=asked)
    assert answer.json()["detail"] == "这张图片已损坏。"
    page = client.post("/profile/picture/", {"picture": a_file(bytes(avatars.BYTES_MOST + 1))}, follow=True)
    assert "头像图片最大 10 MB。" in page.content.decode()
