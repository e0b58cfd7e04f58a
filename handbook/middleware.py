from django.urls import Resolver404, resolve
from pghistory.middleware import HistoryMiddleware as Base


class HistoryMiddleware(Base):
    """Ties the field history to who made the change and by which page; never to the address's query string.
    Who votes is written into no statement: a view without a line in the log has no context either."""

    def __call__(self, request):
        if request.method == "POST" and _is_without_line(request.path_info):
            return self.get_response(request)
        return super().__call__(request)

    def get_context(self, request):
        return {
            "user": request.user.pk if request.user.is_authenticated else None,
            "path": "form",
            "url": request.path,
        }


def _is_without_line(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "without_line", False)
    except Resolver404:
        return False
