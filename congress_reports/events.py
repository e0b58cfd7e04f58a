from audit.actions import register

register(
    {
        "campaign.made": "lập đợt đại hội {target}",
        "campaign.copied": "lập đợt đại hội {target} theo đợt {before}",
        "campaign.changed": "sửa đợt đại hội {target}: {fields}",
        "campaign.closed": "đóng đợt đại hội {target}",
        "campaign.reopened": "mở lại đợt đại hội {target}",
        "campaign.reports_added": "đưa {rows} báo cáo phải nộp vào đợt {target}",
        "report.drafted": "lập báo cáo {form} của {unit}",
        "report.ready": "trình bí thư xác nhận báo cáo {form} của {unit}",
        "report.sent": "gửi báo cáo {form} của {unit}, lần {version}",
        "report.withdrawn": "rút báo cáo {form} của {unit} về để sửa",
        "report.taken": "bắt đầu xem xét báo cáo {form} của {unit}",
        "report.released": "trả báo cáo {form} của {unit} lại hàng chờ",
        "report.first_approval": "xác nhận lần một báo cáo {form} của {unit}",
        "report.approved": "phê duyệt báo cáo {form} của {unit}, lần {version}",
        "report.rejected": "từ chối báo cáo {form} của {unit}: {reason}",
        "report.unapproved": "hủy phê duyệt báo cáo {form} của {unit}: {reason}",
        "report.extended": "gia hạn báo cáo {form} của {unit} đến hết {day}: {reason}",
        "report.escalated": "trực tiếp đôn đốc báo cáo {form} của {unit}",
        "reports.calls_printed": "mở danh sách gọi điện {rows} đồng chí về báo cáo quá hạn dưới {target}",
        "report.checked_again": "rà soát lại báo cáo {form} của {unit} sau thay đổi của cấp dưới",
        "report.thrown_away": "bỏ bản nháp báo cáo {form} của {unit}",
        "report.ended": "{unit} không phải nộp báo cáo {form} nữa: {reason}",
        "report.expected_again": "{unit} phải nộp báo cáo {form} trở lại",
    }
)
