"""The account pages that are this site's own; allauth brings the rest."""

from typing import cast

from allauth.account.signals import user_signed_up
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import avatars, device, setup, tokens
from accounts.browsers import browser_words
from accounts.forms import DeviceForm, LevelForm, ProfileForm, SetupForm, TokenForm
from accounts.models import User
from accounts.second_factor import confirm_path, second_factor_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, and how I like the site."""
    user = me(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return redirect("accounts:profile")
    return show_profile(request, form=form, token_form=TokenForm())


@login_required
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Gives me a picture, or takes it away."""
    file = request.FILES.get("picture")
    try:
        if "remove" in request.POST:
            avatars.remove_avatar(user=me(request))
        elif file is not None:
            avatars.set_avatar(user=me(request), file=file)
        messages.success(request, gettext("Saved."))
    except avatars.AvatarError as error:
        messages.error(request, gettext(str(error)))
    return redirect("accounts:profile")


@login_required
@require_POST
def on_this_device(request: HttpRequest) -> HttpResponse:
    """How I like the site on the device before me."""
    form = DeviceForm(request.POST)
    answer = redirect(reverse("accounts:profile") + "#device")
    if form.is_valid():
        device.keep(answer, cast("device.Device", form.cleaned_data))
        messages.success(request, gettext("Saved for this device."))
    return answer


@login_required
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in. POST ends one of these, or all but the one before me."""
    UserSession.objects.create_from_request(request)  # one from before they were listed, or as it is by now
    mine = UserSession.objects.purge_and_list(me(request))
    if request.method == "POST":
        chosen = request.POST.get("session")
        ending = [one for one in mine if not one.is_current() and chosen in (None, str(one.pk))]
        get_adapter().end_sessions(ending)
        messages.success(request, gettext("Signed out there."))
        return redirect("accounts:sessions")
    places = [{"session": one, "browser": browser_words(one.user_agent)} for one in mine]
    places.sort(key=lambda place: (not place["session"].is_current(), -place["session"].last_seen_at.timestamp()))
    return render(request, "accounts/sessions.html", {"places": places})


@require_POST
@never_cache
def create_token(request: HttpRequest) -> HttpResponse:
    """A new API token; its secret is shown on this one answer."""
    user, form = me(request), TokenForm(request.POST)
    if form.is_valid():
        try:
            token, secret = tokens.create_token(user=user, name=form.cleaned_data["name"], expires_at=form.expires_at())
            return render(request, "accounts/token_created.html", {"token": token, "secret": secret})
        except tokens.TokenError as error:
            form.add_error("name", str(error))
    return show_profile(request, form=ProfileForm(instance=user), token_form=form)


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of my tokens."""
    token = get_object_or_404(me(request).api_tokens, pk=pk)
    tokens.revoke_token(token=token)
    messages.success(request, gettext("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect(reverse("accounts:profile") + "#tokens")


def show_profile(request: HttpRequest, *, form: ProfileForm, token_form: TokenForm) -> HttpResponse:
    live = [token for token in me(request).api_tokens.filter(revoked_at=None).order_by("-created_at") if token.is_live]
    device_form = DeviceForm(initial=device.device_of(request))
    context = {
        "form": form,
        "device_form": device_form,
        "level_form": LevelForm(initial={"level": me(request).notify}),
        "token_form": token_form,
        "tokens": live,
        "second_factor": second_factor_of(me(request)),
    }
    return render(request, "accounts/profile.html", context)


@sensitive_post_parameters("password")
@never_cache
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link of an empty site: the first visitor names it and becomes its owner."""
    form = SetupForm(request.POST or None)
    if not setup.is_open(token):
        return render(request, "accounts/setup_closed.html", status=404)
    if request.method == "POST" and form.is_valid():
        try:
            owner = setup.create_owner(token=token, **form.cleaned_data)
        except setup.SetupClosedError:
            return render(request, "accounts/setup_closed.html", status=404)
        except setup.NameTakenError as error:
            form.add_error("username", str(error))
        else:
            user_signed_up.send(sender=User, request=request, user=owner)
            login(request, owner, backend=BACKEND)
            return redirect("/")
    return render(request, "accounts/setup.html", {"form": form})


@require_safe
@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Django admin has no door of its own: who is not staff is told so, everyone else signs in at the site's.

    Whose role rests confirms first.
    """
    if request.user.is_authenticated and not me(request).is_staff:
        raise PermissionDenied
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("admin:index")
    if request.user.is_authenticated:
        return redirect(confirm_path(me(request), target) if me(request).rests else target)
    return redirect(reverse("account_login") + "?" + urlencode({"next": target}))


def me(request: HttpRequest) -> User:
    return cast("User", request.user)
