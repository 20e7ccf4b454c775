"""The site's settings, in the order of Django's own documentation; every knob is an environment variable."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from site_config import broker, env, local_services
from site_config.data_folder import kept_secret
from site_config.file_storage import file_storage
from site_config.mail import mailer

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("TERTULIA_DATA", str(BASE_DIR / "data"))).absolute()

# ---------- the product

SITE_NAME = env.text("TERTULIA_NAME", "Tertulia")
SEND_RATE = env.rate("TERTULIA_SEND_RATE", "10/1")
API_RATE = env.integer("TERTULIA_API_RATE", 600)
SEARCH_RATE = env.integer("TERTULIA_SEARCH_RATE", 60)
ALLOWED_ORIGINS = env.words("TERTULIA_ORIGINS")
EDIT_HOURS = env.integer("TERTULIA_EDIT_HOURS", 24)
EDIT_HISTORY = env.boolean("TERTULIA_EDIT_HISTORY", True)
REMOVED_TEXT_DAYS = env.integer("TERTULIA_REMOVED_TEXT_DAYS", 30)
UPLOAD_BYTES = env.integer("TERTULIA_UPLOAD_MB", 25) * 2**20
UPLOADS_A_MESSAGE = env.integer("TERTULIA_UPLOADS_A_MESSAGE", 10, least=1)
UPLOADS_UNSENT = env.integer("TERTULIA_UPLOADS_UNSENT", 30, least=1)
UPLOAD_PERSON_BYTES = env.integer("TERTULIA_UPLOAD_PERSON_MB", 2_000) * 2**20
UPLOAD_SITE_BYTES = env.integer("TERTULIA_UPLOAD_SITE_MB", 0) * 2**20
SIGNUP_OPEN = env.boolean("TERTULIA_SIGNUP", True)
DIRECT_TO_ALL = env.boolean("TERTULIA_DIRECT_TO_ALL", True)
ROOM_CREATION = env.boolean("TERTULIA_ROOM_CREATION", True)
PASSKEYS = env.boolean("TERTULIA_PASSKEYS", True)

# ---------- core

SECRET_KEY = env.text("TERTULIA_SECRET_KEY") or kept_secret(DATA_DIR)
DEBUG = env.boolean("TERTULIA_DEBUG")
ALLOWED_HOSTS = env.words("TERTULIA_HOSTS", "*")
HTTPS = env.boolean("TERTULIA_HTTPS")
CSRF_TRUSTED_ORIGINS = [origin for origin in ALLOWED_ORIGINS if "://" in origin]

INSTALLED_APPS = [
    "daphne",
    "site_config.admin_app.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "procrastinate.contrib.django",
    "accounts",
    "chat",
    "migrations_seed",
    "site_config",
]

MIDDLEWARE = [
    "chat.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "accounts.middleware.Utf8Middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonalSettingsMiddleware",
    "chat.middleware.SiteBanMiddleware",
]

ROOT_URLCONF = "site_config.urls"
ASGI_APPLICATION = "site_config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.site",
            ]
        },
    }
]

# ---------- PostgreSQL: the truth

DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL", local_services.database_url(DATA_DIR))}
DATABASES["default"]["OPTIONS"] |= {
    "pool": {
        "min_size": 1,
        "max_size": env.integer("TERTULIA_DB_POOL", 10, least=2),
        "timeout": 3,
        # Its pauses between attempts double until then: after a long outage it would stay away as long again.
        "reconnect_timeout": 3,
    },
    # The server binds values and keeps the plans of what a connection asks again and again.
    "server_side_binding": True,
    "prepare_threshold": 5,
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    # A statement that takes lists as arrays would else be planned anew for each list, which costs more than it does.
    "options": "-c statement_timeout=10s -c lock_timeout=4s -c idle_in_transaction_session_timeout=15s"
    " -c plan_cache_mode=force_generic_plan",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------- work outside of requests: a queue in PostgreSQL

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
# A night's work that was missed is made up for when the site runs again.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 24 * 3600}

# ---------- Valkey or Redis: the cache and the doorbell

REDIS_URL = env.redis("REDIS_URL", local_services.redis_url(DATA_DIR))
# Several sites may share one server.
REDIS_PREFIX = env.text("TERTULIA_REDIS_PREFIX", "tertulia")
CACHES = {
    "default": {
        "BACKEND": "site_config.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
# Said by the supervisor to its only worker: there is no other process whose sockets would have to be told anything.
IS_ALONE = env.boolean("TERTULIA_ALONE")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [broker.host(REDIS_URL)], "prefix": REDIS_PREFIX},
    }
}

# ---------- people

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

EMAIL_HOST_NAME = env.text("TERTULIA_SMTP_HOST")
if EMAIL_HOST_NAME and "*" in ALLOWED_HOSTS:
    # Links in letters name the host that the request did: anybody could have a letter sent that leads elsewhere.
    raise ImproperlyConfigured("With TERTULIA_SMTP_HOST, TERTULIA_HOSTS must say which names the site has.")
DEFAULT_FROM_EMAIL = env.text("TERTULIA_MAIL_FROM", "Tertulia <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILERS = {"default": mailer(EMAIL_HOST_NAME)}

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*" if EMAIL_HOST_NAME else "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_HOST_NAME else "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST_NAME)
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USERNAME_VALIDATORS = "accounts.validators.USERNAME_VALIDATORS"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if PASSKEYS else [])]
MFA_PASSKEY_LOGIN_ENABLED = PASSKEYS
# Else whoever signs up with another's address could lock them out of it.
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_HOST_NAME
# Clocks of phones go wrong by half a minute.
MFA_TOTP_TOLERANCE = 1
# Two for each signing in; a house full of people has one address.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateForm",
    "add_webauthn": "accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.factor_forms.RenamePasskeyForm",
    "login_webauthn": "accounts.factor_forms.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.factor_forms.ShowPasskeyForm",
    "reauthenticate_webauthn": "accounts.factor_forms.ConfirmPasskeyForm",
}

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

# ---------- languages and time

LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_CODE = env.choice("TERTULIA_LANGUAGE", *dict(LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# ---------- files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": file_storage(MEDIA_ROOT),
    "staticfiles": {"BACKEND": "site_config.static_files.LeanStaticFilesStorage"},
}

# ---------- security

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["tertulia", "lit-html"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.integer("TERTULIA_HSTS_SECONDS", 3600) if HTTPS else 0
# What holds for a whole domain and its neighbours is for the domain's owner to say, not for one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.boolean("TERTULIA_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    # What a proxy appended is the last address; whatever stands before it the visitor may have made up.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# ---------- logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("TERTULIA_LOG_LEVEL", "WARNING")},
    "loggers": {
        # While the broker is away it tells a traceback every second; `chat/hub/doorbell.py` says so once.
        "channels_redis": {"level": "CRITICAL"},
        # So does this one in an outage; `site_config/job_worker.py` says so once.
        "procrastinate.worker.worker": {"level": "CRITICAL"},
    },
}
