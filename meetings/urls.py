from django.urls import path

from .views import agenda, habits, lists, meeting, people, preparing, printed

app_name = "meetings"

urlpatterns = [
    # calling: before the meeting
    path("", lists.meeting_list, name="list"),
    path("lich/", lists.calendar, name="calendar"),
    path("lich/dien-thoai/", printed.feed, name="feed"),
    path("lich/dien-thoai/thu-hoi/", printed.feed_end, name="feed_end"),
    path("lich/<str:secret>.ics", printed.feed_file, name="feed_file"),
    path("don-vi/<int:unit>/nep/", habits.habits, name="habits"),
    path("don-vi/<int:unit>/nep/<str:kind>/", habits.habit, name="habit"),
    path("don-vi/<int:unit>/nep/<str:kind>/bo/", habits.habit_drop, name="habit_drop"),
    path("lap/", preparing.new, name="new"),
    path("<int:pk>/", meeting.meeting, name="meeting"),
    path("<int:pk>/sua/", preparing.edit, name="edit"),
    path("<int:pk>/thong-bao/", preparing.announce, name="announce"),
    path("<int:pk>/rut-thong-bao/", preparing.take_back, name="take_back"),
    path("<int:pk>/hoan/", preparing.postpone, name="postpone"),
    path("<int:pk>/huy/", preparing.cancel, name="cancel"),
    path("<int:pk>/tra-loi/", meeting.answer, name="answer"),
    path("<int:pk>/chuong-trinh/", agenda.agenda, name="agenda"),
    path("<int:pk>/chuong-trinh/them/", agenda.item_add, name="item_add"),
    path("<int:pk>/chuong-trinh/<int:item>/", meeting.item, name="item"),
    path("<int:pk>/chuong-trinh/<int:item>/sua/", agenda.item_edit, name="item_edit"),
    path("<int:pk>/chuong-trinh/<int:item>/chuyen/", agenda.item_move, name="item_move"),
    path("<int:pk>/chuong-trinh/<int:item>/bo/", agenda.item_remove, name="item_remove"),
    path("<int:pk>/chuong-trinh/<int:item>/tai-lieu/", agenda.papers, name="papers"),
    path("<int:pk>/tai-lieu/<int:paper>/", meeting.paper, name="paper"),
    path("<int:pk>/tai-lieu/<int:paper>/xac-nhan/", agenda.paper_confirm, name="paper_confirm"),
    path("<int:pk>/tai-lieu/<int:paper>/bo/", agenda.paper_remove, name="paper_remove"),
    path("<int:pk>/thanh-phan/", people.people, name="people"),
    path("<int:pk>/thanh-phan/moi/", people.guest_add, name="guest_add"),
    path("<int:pk>/thanh-phan/<int:line>/thoi-moi/", people.guest_remove, name="guest_remove"),
    path("<int:pk>/thanh-phan/<int:line>/xin-vang/", people.leave, name="leave"),
    path("<int:pk>/giay-moi/", printed.invitations, name="invitations"),
    path("<int:pk>/lich/", printed.ics, name="ics"),
    # holding: in the meeting
    # votes
    # minutes: after the meeting
    # above: the board of the units below
]
