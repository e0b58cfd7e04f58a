from django.urls import path

from .minutes import views as minutes

app_name = "meetings"

urlpatterns = [
    # minutes and what comes out of a meeting
    path("<int:pk>/bien-ban/", minutes.minutes, name="minutes"),
    path("<int:pk>/bien-ban/viet/", minutes.minutes_write, name="minutes_write"),
    path("<int:pk>/bien-ban/luu/", minutes.minutes_save, name="minutes_save"),
    path("<int:pk>/bien-ban/thu-ky/", minutes.minutes_clerk, name="minutes_clerk"),
    path("<int:pk>/bien-ban/lay-y-kien/", minutes.minutes_circulate, name="minutes_circulate"),
    path("<int:pk>/bien-ban/gop-y/", minutes.minutes_remark, name="minutes_remark"),
    path("<int:pk>/bien-ban/gop-y/<int:remark>/", minutes.minutes_reply, name="minutes_reply"),
    path("<int:pk>/bien-ban/ky/<slug:as_what>/", minutes.minutes_sign, name="minutes_sign"),
    path("<int:pk>/bien-ban/phu-luc/", minutes.minutes_annex, name="minutes_annex"),
    path("<int:pk>/bien-ban/trich/", minutes.extract, name="extract"),
    path("<int:pk>/bien-ban.<slug:kind>", minutes.minutes_file, name="minutes_file"),
    path("<int:pk>/danh-sach-du-hop.<slug:kind>", minutes.attendance_file, name="attendance_file"),
    path("<int:pk>/ket-luan/", minutes.conclusions, name="conclusions"),
    path("<int:pk>/ket-luan/<int:conclusion>/bo/", minutes.conclusion_drop, name="conclusion_drop"),
    path("<int:pk>/ban-hanh/<slug:word>/", minutes.issue, name="issue"),
    path("van-ban/<int:pk>.<slug:kind>", minutes.document_file, name="document_file"),
    path("<int:pk>/cham-diem/", minutes.score, name="score"),
    path("<int:pk>/cham-diem/thong-nhat/", minutes.score_confirm, name="score_confirm"),
    path("<int:pk>/cham-diem/dong-y/", minutes.score_agree, name="score_agree"),
    path("<int:pk>/cham-diem/tra-lai/", minutes.score_return, name="score_return"),
    path("<int:pk>/phieu-cham-diem.<slug:kind>", minutes.score_file, name="score_file"),
]
