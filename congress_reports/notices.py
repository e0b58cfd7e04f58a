from notifications.kinds import Kind, register

register(
    {
        "reports.to_confirm": Kind("Báo cáo chờ bí thư xác nhận", duty=True),
        "reports.to_approve": Kind("Báo cáo chờ phê duyệt", duty=True),
        "reports.decided": Kind("Kết quả phê duyệt báo cáo", duty=True),
        "reports.stale": Kind("Số liệu cấp dưới đã thay đổi", duty=True),
        "reports.extended": Kind("Gia hạn báo cáo", duty=True),
        "reports.attachment_refused": Kind("Tệp đính kèm bị gỡ", duty=True),
        "reports.due": Kind("Nhắc hạn gửi báo cáo", duty=True, sms=True),
        "reports.scheduled": Kind("Lịch đại hội của đơn vị"),
        "reports.escalated": Kind("Cấp trên đôn đốc báo cáo quá hạn", duty=True),
        "reports.overdue_below": Kind("Báo cáo quá hạn của cấp dưới (mỗi tuần một lần)"),
    }
)
