from django.urls import path

from . import pulse
from .above import views as above
from .minutes import views as minutes
from .views import holding
from .votes import views as votes

app_name = "meetings"

urlpatterns = [
    # holding: in the meeting
    path("dang-hop/", holding.now, name="now"),
    path("<int:pk>/dang-hop/", holding.now_of, name="now_of"),
    # Answered by pulse.PulseMiddleware, which knows the address.
    path("<int:pk>/nhip/", pulse.pulse, name="pulse"),
    path("<int:pk>/khai-mac/", holding.begin, name="begin"),
    path("<int:pk>/be-mac/", holding.end, name="end"),
    path("<int:pk>/dieu-hanh/", holding.run, name="run"),
    path("<int:pk>/dieu-hanh/<int:item>/chuyen/", holding.move, name="move"),
    path("<int:pk>/dieu-hanh/<int:item>/ghi/", holding.note, name="note"),
    path("<int:pk>/phat-bieu/", holding.speak, name="speak"),
    path("<int:pk>/phat-bieu/<int:speech>/", holding.speech, name="speech"),
    path("<int:pk>/diem-danh/", holding.roll, name="roll"),
    path("<int:pk>/diem-danh/tat-ca/", holding.roll_all, name="roll_all"),
    path("<int:pk>/diem-danh/in/", holding.roll_sheet, name="roll_sheet"),
    path("<int:pk>/diem-danh/ma/", holding.room_code, name="room_code"),
    path("<int:pk>/diem-danh/<int:line>/", holding.roll_line, name="roll_line"),
    path("<int:pk>/co-mat/", holding.check_in, name="check_in"),
    path("<int:pk>/co-mat/<str:code>/", holding.check_in, name="check_in_read"),
    path("<int:pk>/man-chieu/", holding.projector, name="projector"),
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
    # from above: calendar, board, a branch's year
    path("lich-chung/", above.calendar, name="calendar_above"),
    path("theo-doi/", above.board, name="board"),
    path("theo-doi.xlsx", above.board_xlsx, name="board_xlsx"),
    path("theo-doi/danh-sach/", above.board_branches, name="board_branches"),
    path("nam/<int:unit>/", above.year, name="year_now"),
    path("nam/<int:unit>/<int:year>/", above.year, name="year"),
    path("nam/<int:unit>/<int:year>/so-bien-ban/", above.book, name="book"),
    path("nam/<int:unit>/bien-ban-giay/", above.paper_new, name="old_new"),
    path("bien-ban-giay/<int:pk>/", above.paper, name="old_minutes"),
    path("bien-ban-giay/<int:pk>/bo/", above.paper_drop, name="old_drop"),
    path("bien-ban-giay/<int:pk>/tep/", above.paper_scan, name="old_scan"),
]
