from django.urls import path

from . import pulse
from .views import holding

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
]
