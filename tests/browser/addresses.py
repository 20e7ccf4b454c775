"""Every page, by the name of its pictures."""

# For who runs the site.
PAGES = {
    "room": "/chat/launch/",
    "permalink": "/chat/launch/5/",
    "nav": "/chat/launch/#nav",
    "directory": "/chat/",
    "directory-empty": "/chat/?q=zebra",
    "archived": "/chat/?tab=archived",
    "create": "/chat/new/",
    "people": "/people/",
    "people-empty": "/people/?q=zebra",
    "person": "/people/amara/",
    "ignored": "/people/?tab=ignored",
    "saved": "/saved/",
    "my-rooms": "/my-rooms/",
    "search": "/search/?q=deploy",
    "search-empty": "/search/?q=zebra",
    "search-ways": "/search/",
    "decisions": "/moderation/mine/",
    "sessions": "/profile/sessions/",
    "second-factor": "/accounts/2fa/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "reauthenticate": "/accounts/reauthenticate/?next=/profile/",
    "logout": "/accounts/logout/",
    "offline": "/offline/",
    "transcript": "/chat/launch/?plain",
    "missing": "/chat/nowhere/",
    "preview": "/chat/reading-circle/",
    "admin": "/admin/",
    "admin-list": "/admin/chat/room/",
    "api": "/api/v1/docs",
}
LONG = {"profile": "/profile/", "desk": "/moderation/", "room-talk": "/chat/help/", "styleguide": "/styleguide/"}
# For who came a moment ago.
NEW = {
    "first-rooms": "/chat/?tab=joined",
    "first-saved": "/saved/",
    "first-my-rooms": "/my-rooms/",
    "first-ignored": "/people/?tab=ignored",
    "first-decisions": "/moderation/mine/",
    "first-room": "/chat/empty-chairs/",
}
VISITORS = {
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "reset-done": "/accounts/password/reset/done/",
    "reset-spent": "/accounts/password/reset/key/1-a/",
    "verification-sent": "/accounts/confirm-email/",
    "confirm-spent": "/accounts/confirm-email/made:up/",
    "inactive": "/accounts/inactive/",
    "setup-closed": "/setup/nothing/",
    "invite-closed": "/invite/nothing/",
    "admin-login": "/admin/login/",
}
# What nobody can walk into.
ODD = ("400", "403", "403_csrf", "429", "500", "account/signup_closed")
