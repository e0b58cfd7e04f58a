from django.urls import path

from .views import (
    attachments,
    campaigns,
    deciding,
    entry,
    late,
    lists,
    papers,
    posts,
    report,
    schedule,
    scheduling,
)

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
    # campaigns
    path("dot/", campaigns.campaigns, name="campaigns"),
    path("dot/lap/", campaigns.campaign_new, name="campaign_new"),
    path("dot/<int:pk>/", campaigns.campaign, name="campaign"),
    path("dot/<int:pk>/sua/", campaigns.campaign_edit, name="campaign_edit"),
    path("dot/<int:pk>/mo/", campaigns.campaign_open, name="campaign_open"),
    path("dot/<int:pk>/dong/", campaigns.campaign_close, name="campaign_close"),
    path("dot/<int:pk>/mo-lai/", campaigns.campaign_reopen, name="campaign_reopen"),
    path("dot/<int:pk>/bo/", campaigns.campaign_drop, name="campaign_drop"),
    path("dot/<int:pk>/mau/<slug:code>/", campaigns.campaign_form, name="campaign_form"),
    path("dot/<int:pk>/mau/<slug:code>/tai-ve/", campaigns.campaign_form_data, name="campaign_form_data"),
    # the schedule of congresses
    path("lich-dai-hoi/", schedule.schedule, name="schedule"),
    path("lich-dai-hoi/thang/", schedule.schedule_month, name="schedule_month"),
    path("lich-dai-hoi/so-do/", schedule.schedule_map, name="schedule_map"),
    path("lich-dai-hoi/xuat-excel/", schedule.schedule_xlsx, name="schedule_xlsx"),
    path("lich-dai-hoi/lich.ics", schedule.schedule_ics, name="schedule_ics"),
    path("lich-dai-hoi/nhieu/", scheduling.schedule_many, name="schedule_many"),
    path("lich-dai-hoi/nhap/", scheduling.schedule_import, name="schedule_import"),
    path("lich-dai-hoi/nhap/<str:word>/", scheduling.schedule_plan, name="schedule_plan"),
    path("lich-dai-hoi/<int:campaign_pk>/<int:unit_pk>/", scheduling.schedule_line, name="schedule_line"),
]
