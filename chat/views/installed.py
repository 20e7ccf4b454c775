"""What makes the site installable: its manifest, its service worker, and the page for when it can't be reached."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.site import site_name

ICONS = {
    "icon-192.png": ("192x192", "any"),
    "icon-512.png": ("512x512", "any"),
    "maskable-512.png": ("512x512", "maskable"),
}
PAPER = "#fefdfb"  # --paper of tokens.css, for the moment before it is loaded


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device is told of the site when it is installed there."""
    icons = [
        {"src": static(f"chat/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, (sizes, purpose) in ICONS.items()
    ]
    icons.append({"src": static("chat/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"})
    facts = {
        "id": "/",
        "name": site_name(),
        "short_name": site_name()[:12],
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, with what it keeps: the page for when the site can't be reached, and the files of that page.

    It is another one when any of these is another, so a browser takes the new ones by itself.
    """
    shell = [
        reverse("chat:offline"),
        static("chat/css/site.css"),
        static("chat/icon.svg"),
        static("chat/js/offline.js"),
    ]
    text = worker_text()
    version = hashlib.sha256("\n".join([*shell, text, offline_page()]).encode()).hexdigest()[:12]
    facts = f"const SHELL = {json.dumps(shell)};\nconst VERSION = {json.dumps(version)};\n"
    return HttpResponse(facts + text, content_type="text/javascript; charset=utf-8")


@cache
def worker_text() -> str:
    return (Path(apps.get_app_config("chat").path) / "static" / "chat" / "service-worker.js").read_text(
        encoding="utf-8"
    )


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the worker shows when the site can't be reached."""
    return HttpResponse(offline_page())


def offline_page() -> str:
    """Made without the request: there is nothing of anybody in it but the language."""
    return render_to_string("chat/offline.html", {"site_name": site_name()})
