from pghistory.middleware import HistoryMiddleware as Base


class HistoryMiddleware(Base):
    """Ties the field history to who made the change and by which page; never to the address's query string."""

    def get_context(self, request):
        return {
            "user": request.user.pk if request.user.is_authenticated else None,
            "path": "form",
            "url": request.path,
        }
