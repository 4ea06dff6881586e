"""Headers that Django does not set, and the language of the staff pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


class EntetesMiddleware:
    """No sensor, no cache for anything that is not static, no search engine on the staff's and kiosks' pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        if request.path_info != "/":
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
