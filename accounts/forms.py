"""The forms of the account pages, in the look of the site."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.adapter import EMAIL_LONGEST, PASSWORD_LONGEST, AccountAdapter
from accounts.models import User
from accounts.signals import SignUpRefusedError, signing_up
from accounts.zones import zone_names, zones_by_region

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:
    UserModelForm = forms.ModelForm

PASSWORD_HELP = _("At least eight characters, and none that many people choose. Three or four words in a row do well.")
THEME_NAMES = [("system", _("System")), ("light", _("Light")), ("dark", _("Dark"))]
LANGUAGE_NAMES = [("", _("As the browser asks")), ("en", "English"), ("zh-hans", "简体中文")]


class Look:
    """Gives every widget the site's class, takes allauth's placeholders away, and bounds what it takes in."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            attributes = field.widget.attrs
            attributes.pop("placeholder", None)
            if not isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect)):
                attributes["class"] = "input"
            if isinstance(field.widget, forms.PasswordInput):
                bound(field, PASSWORD_LONGEST)
                field.help_text = PASSWORD_HELP if attributes.get("autocomplete") == "new-password" else ""
            elif isinstance(field, forms.EmailField):
                bound(field, EMAIL_LONGEST)
                attributes.update(inputmode="email", autocapitalize="none", spellcheck="false", dir="ltr")


def bound(field: forms.Field, longest: int) -> None:
    field.validators.append(LengthCheck(longest))
    field.widget.attrs["maxlength"] = longest


class LengthCheck:
    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, value: str) -> None:
        if len(value) > self.longest:
            raise ValidationError(names.too_long(self.longest), code="max_length")


USERNAME_ATTRIBUTES = {
    "autocomplete": "username", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "auto",
}  # fmt: skip


class LoginForm(Look, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email or username")
        self.fields["login"].widget.attrs.update(USERNAME_ATTRIBUTES)
        bound(self.fields["login"], EMAIL_LONGEST)
        self.fields["remember"].label = _("Stay signed in on this device")
        self.fields["remember"].initial = True

    def clean_login(self) -> str:
        return names.same_name(super().clean_login())


class SignupForm(Look, allauth_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(USERNAME_ATTRIBUTES)
        self.fields["username"].help_text = _("What others type to mention you. One word, in any script.")
        required = self.fields["email"].required
        self.fields["email"].label = _("Email") if required else _("Email (optional)")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        try:
            with transaction.atomic():
                user, response = super().try_save(request)
                if user is not None:
                    signing_up.send(sender=User, request=request, user=user)
                return user, response
        except IntegrityError:  # someone took the username between the check and now
            messages.error(request, gettext("Someone took that username a moment ago. Please choose another."))
        except SignUpRefusedError as refusal:
            messages.error(request, str(refusal))
        return None, HttpResponseRedirect(reverse("account_signup"))


class AddEmailForm(Look, allauth_forms.AddEmailForm):
    pass


class ResetPasswordForm(Look, allauth_forms.ResetPasswordForm):
    pass


class NewPassword(Look):
    """Asks for a new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label, self.fields["password2"].help_text = _("Once more"), ""
        if "oldpassword" in self.fields:
            self.fields["oldpassword"].label = _("Your password now")


class ChangePasswordForm(NewPassword, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(NewPassword, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(Look, allauth_forms.ReauthenticateForm):
    pass


class ProfileForm(Look, UserModelForm):
    """What a person says of themselves, and how they like the site."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_NAMES, required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEME_NAMES, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = ("display_name", "language", "theme", "time_zone", "direct_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].help_text = _("What others read. Empty, it is your username.")
        self.fields["display_name"].widget.attrs.update(autocomplete="name", dir="auto")
        direct_from = self.fields["direct_from"]
        direct_from.required, direct_from.label = False, _("Who may begin to write to you directly")
        direct_from.help_text = _(
            "Talks that you have go on; to end one, ignore the person. Site moderators always may."
        )
        zones: list[Any] = [("", _("As on this device")), ("UTC", "UTC"), *zones_by_region()]
        if self.instance.time_zone and self.instance.time_zone not in zone_names():
            zones.insert(1, (self.instance.time_zone, self.instance.time_zone))
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    def clean_display_name(self) -> str:
        return shown_name(self.cleaned_data["display_name"], names.DISPLAY_NAME_LONGEST)

    def clean_direct_from(self) -> str:
        return self.cleaned_data["direct_from"] or self.instance.direct_from


class DeviceForm(Look, forms.Form):
    """How a person likes the site on the device before them."""

    enter = forms.ChoiceField(
        label=_("What sends a message"),
        choices=[("", _("As usual")), ("sends", _("Enter")), ("breaks", _("Ctrl Enter"))],
        help_text=_("As usual: Enter with a keyboard, the button on a touch screen."),
        widget=forms.RadioSelect,
        required=False,
    )
    clock = forms.ChoiceField(
        label=_("Clock"),
        choices=[("", _("As usual")), ("h23", _("24 hours")), ("h12", _("12 hours"))],
        widget=forms.RadioSelect,
        required=False,
    )
    notify = forms.BooleanField(label=_("Show a notification while I look elsewhere"), required=False)
    sound = forms.BooleanField(label=_("Play a sound"), required=False)


class LevelForm(Look, forms.Form):
    """What a person wants to be told of in rooms that have no level of their own."""

    level = forms.ChoiceField(
        label=_("What you are told of"),
        choices=User.Notify.choices,
        help_text=_(
            "In all rooms but those for which you choose something else. Direct messages always reach you, unless you"
            " say otherwise in the conversation."
        ),
        widget=forms.RadioSelect,
    )


class TokenForm(Look, forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.TypedChoiceField(
        label=_("It ends"),
        choices=[(30, _("in 30 days")), (90, _("in 90 days")), (365, _("in a year")), (0, _("never"))],
        coerce=int,
        initial=90,
    )

    def clean_name(self) -> str:
        return shown_name(self.cleaned_data["name"], 80)

    def expires_at(self) -> Any:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None


class SetupForm(Look, forms.Form):
    """The first visitor: the name of the site and its owner's account."""

    site_name = forms.CharField(label=_("Name of the site"), max_length=60)
    username = forms.CharField(label=_("Your username"), max_length=names.USERNAME_LONGEST)
    email = forms.EmailField(label=_("Your email (optional)"), required=False)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(USERNAME_ATTRIBUTES)
        self.fields["site_name"].widget.attrs["dir"] = "auto"
        self.fields["site_name"].initial = settings.SITE_NAME
        if settings.EMAIL_HOST_NAME:
            self.fields["email"].required, self.fields["email"].label = True, _("Your email")

    def clean_site_name(self) -> str:
        return shown_name(self.cleaned_data["site_name"], 60)

    def clean_username(self) -> str:
        return AccountAdapter().clean_username(self.cleaned_data["username"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            try:
                someone = User(username=cleaned.get("username", ""), email=cleaned.get("email", ""))
                AccountAdapter().clean_password(password, user=someone)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


def shown_name(text: str, longest: int) -> str:
    try:
        return names.clean_name(text, longest=longest)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error
