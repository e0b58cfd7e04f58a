from django.urls import path

from .votes import views as votes

app_name = "meetings"

urlpatterns = [
    # votes
    path("<int:pk>/bieu-quyet/", votes.votes, name="votes"),
    path("<int:pk>/bieu-quyet/them/", votes.vote_new, name="vote_new"),
    path("bieu-quyet/<int:pk>/", votes.vote, name="vote"),
    path("bieu-quyet/<int:pk>/y-kien/", votes.vote_say, name="vote_say"),
    # The proxy knows this one too (docker/nginx.conf): it writes no line of it.
    path("bieu-quyet/<int:pk>/bo-phieu/", votes.vote_cast, name="vote_cast"),
    path("bieu-quyet/<int:pk>/ma-phieu/", votes.vote_receipts, name="vote_receipts"),
    path("bieu-quyet/<int:pk>/bien-ban-kiem-phieu.pdf", votes.vote_minutes, name="vote_minutes"),
    path("bieu-quyet/<int:pk>/dieu-hanh/", votes.vote_conduct, name="vote_conduct"),
    path("bieu-quyet/<int:pk>/sua/", votes.vote_edit, name="vote_edit"),
    path("bieu-quyet/<int:pk>/mo/", votes.vote_open, name="vote_open"),
    path("bieu-quyet/<int:pk>/ghi-thay/<int:line>/", votes.vote_word, name="vote_word"),
    path("bieu-quyet/<int:pk>/phieu-giay/<int:line>/", votes.vote_paper, name="vote_paper"),
    path("bieu-quyet/<int:pk>/ket-thuc/", votes.vote_close, name="vote_close"),
    path("bieu-quyet/<int:pk>/huy/", votes.vote_void, name="vote_void"),
    path("bieu-quyet/<int:pk>/bau-tiep/", votes.vote_next, name="vote_next"),
]
