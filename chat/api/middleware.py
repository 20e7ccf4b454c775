"""What holds for every answer under /api/, whoever gave it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from chat.api import limits, problems

API = "/api/"
# Where what comes is no JSON.
FILES = (f"{API}v1/uploads", f"{API}v1/me/avatar")


class ApiMiddleware:
    """Every refusal is a problem, no cache keeps anything, and every answer names the rate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(API):
            if response.status_code >= 400 and response["Content-Type"] != problems.MEDIA_TYPE:
                problems.of_status(response)
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Authorization", "Cookie"])
            limits.tell(request, response)
        return response
