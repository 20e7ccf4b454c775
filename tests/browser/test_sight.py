"""What a reader does not get to see: the words of those whom they ignore, what was said before they came."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from chat.services import members, people, rooms
from tests.browser.conftest import Visit
from tests.browser.talk import rows, say
from tests.factories import post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_words_of_the_ignored_fold_away(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "first words")
    post(bob, lobby, "an answer", reply_to=1)
    page = visit(bob, "/chat/lobby/")
    expect(page.locator("li[data-seq='1']")).to_contain_text("first words")
    say(page, "mine")
    expect(page.locator("li[data-seq='3']")).to_contain_text("mine")
    people.set_ignored(user=bob, person=alice, on=True)
    folded = page.get_by_text("From somebody you ignore")
    expect(folded).to_have_count(1)
    post(alice, lobby, "second words")
    expect(folded).to_have_count(2)
    page.reload()
    expect(folded).to_have_count(2)
    expect(page.get_by_text("words")).to_have_count(0)
    page.locator("li[data-seq='1']").get_by_role("button", name="Show").click()
    expect(page.locator("li[data-seq='1'] .prose")).to_have_text("first words")
    people.set_ignored(user=bob, person=alice, on=False)
    expect(folded).to_have_count(0)
    assert rows(page) == ["first words", "an answer", "mine", "second words"]


def test_a_newcomer_sees_what_is_said_from_now_on(visit: Visit, cellar: Room, alice: User, mallory: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=False)
    post(alice, cellar, "before")
    members.add_member(membership=seat(alice, cellar), user=mallory)
    page = visit(mallory, "/chat/cellar/")
    expect(page.locator("#box")).to_be_focused()
    post(alice, cellar, "after", reply_to=1)
    expect(page.locator("li[data-seq='3']")).to_contain_text("after")
    expect(page.get_by_text("before")).to_have_count(0)
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=True)
    expect(page.locator("li[data-seq='1']")).to_contain_text("before")
    assert len(rows(page)) == 3
