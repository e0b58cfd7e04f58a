from django.urls import include, path

from .views import corrections, editing, lists, passwords, posts, records, stays

app_name = "members"
urlpatterns = [
    path("", lists.member_list, name="list"),
    path("tim/", lists.search, name="search"),
    path("xuat/", lists.export, name="export"),
    path("danh-ba/", lists.call_list, name="call_list"),
    path("them/", editing.add, name="add"),
    path("toi/", records.own_page, name="me"),
    path("toi/lien-he/", editing.contact, name="contact"),
    path("toi/dinh-chinh/", corrections.ask, name="ask_correction"),
    path("dinh-chinh/", corrections.waiting, name="corrections"),
    path("dinh-chinh/<int:pk>/", corrections.decide, name="correction"),
    path("chuc-vu-chua-ro/", posts.unclear, name="posts_unclear"),
    path("bi-thu/", posts.secretaries, name="secretaries"),
    path("chuc-vu/<int:pk>/thoi/", posts.end, name="end_post"),
    path("sinh-hoat-tam-thoi/<int:unit>/", stays.stays, name="stays"),
    path("sinh-hoat-tam-thoi/<int:unit>/tiep-nhan/", stays.stay_add, name="stay_add"),
    path("sinh-hoat-tam-thoi/thoi/<int:pk>/", stays.stay_end, name="stay_end"),
    path("<int:pk>/", records.member_page, name="member"),
    path("<int:pk>/hien/", records.reveal, name="reveal"),
    path("<int:pk>/sua/", editing.edit, name="edit"),
    path("<int:pk>/chuyen-chi-bo/", editing.move, name="move"),
    path("<int:pk>/tinh-trang/", editing.status, name="status"),
    path("<int:pk>/chuc-vu/", posts.give, name="give_post"),
    path("<int:pk>/chuc-vu/da-ro/", posts.settle, name="settle_posts"),
    path("<int:pk>/ma-mat-khau/", passwords.password_code, name="password_code"),
    path("<int:pk>/lich-su/", records.history, name="history"),
    path("<int:pk>/lich-su/pdf/", records.history_pdf, name="history_pdf"),
    path("<int:pk>/ai-xem-duoc/", records.access, name="access"),
    path("nhap/", include("members.imports.urls")),
]
