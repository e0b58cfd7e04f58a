from django.urls import path

from .views import attachments, deciding, entry, late, lists, papers, posts, report

app_name = "congress_reports"

urlpatterns = [
    # Lists. The address of the approvals is the one in letter 000.
    path("", lists.mine, name="mine"),
    path("phe-duyet-bao-cao", lists.approvals, name="approvals"),
    path("phe-duyet-bao-cao/nhieu/", lists.approve_many, name="approve_many"),
    # A report, read and decided on.
    path("<int:pk>/", report.report, name="report"),
    path("<int:pk>/lan-gui/<int:number>/", report.version, name="version"),
    path("<int:pk>/xem-xet/", deciding.review, name="review"),
    path("<int:pk>/tra-lai/", deciding.release, name="release"),
    path("<int:pk>/phe-duyet/", deciding.approve, name="approve"),
    path("<int:pk>/tu-choi/", deciding.reject, name="reject"),
    path("<int:pk>/huy-phe-duyet/", deciding.unapprove, name="unapprove"),
    path("<int:pk>/rut-ve/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/gia-han/", deciding.extend, name="extend"),
    path("<int:pk>/ra-soat-lai/", deciding.check_again, name="check_again"),
    path("<int:pk>/chuc-vu/", posts.posts, name="posts"),
    path("<int:pk>/cap-duoi/", report.below, name="below"),
    # on paper
    path("<int:pk>/bao-cao.pdf", papers.pdf, name="pdf"),
    path("<int:pk>/bao-cao.xlsx", papers.workbook, name="workbook"),
    path("<int:pk>/kiem-phieu/<int:at>.pdf", papers.minutes, name="minutes"),
    path("<int:pk>/lan-gui/<int:number>/bao-cao.pdf", papers.pdf, name="version_pdf"),
    path("<int:pk>/lan-gui/<int:number>/bao-cao.xlsx", papers.workbook, name="version_workbook"),
    path("<int:pk>/lan-gui/<int:number>/kiem-phieu/<int:at>.pdf", papers.minutes, name="version_minutes"),
    # files that go with it
    path("<int:pk>/tep/", attachments.files, name="files"),
    path("<int:pk>/tep/<int:file>/", attachments.fetch, name="file"),
    path("<int:pk>/tep/<int:file>/bo/", attachments.remove, name="file_remove"),
    path("<int:pk>/tep/<int:file>/xac-nhan/", attachments.confirm, name="file_confirm"),
    # filling in
    path("<int:pk>/nhap/", entry.tasks, name="entry"),
    path("<int:pk>/nhap/lap/", entry.begin, name="entry_begin"),
    path("<int:pk>/nhap/<slug:section>/", entry.sheet, name="entry_sheet"),
    path("<int:pk>/nhap/<slug:section>/<slug:row>/", entry.sheet, name="entry_row"),
    path("<int:pk>/luu/<slug:section>/", entry.autosave, name="entry_save"),
    path("<int:pk>/luu/<slug:section>/<slug:row>/", entry.autosave, name="entry_save_row"),
    path("<int:pk>/tim-nguoi/<slug:section>/<slug:row>/", entry.find_people, name="entry_people"),
    path("<int:pk>/gui/", entry.send, name="send"),
    path("<int:pk>/bo-nhap/", entry.throw_away, name="throw_away"),
    # late ones
    path("qua-han/", late.late, name="late"),
    path("qua-han/danh-sach-goi/", late.call_list, name="late_calls"),
    path("qua-han/<int:pk>/don-doc/", late.escalate, name="escalate"),
]
