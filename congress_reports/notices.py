from notifications.kinds import Kind, register

register(
    {
        "reports.to_confirm": Kind("Báo cáo chờ bí thư xác nhận", duty=True),
        "reports.to_approve": Kind("Báo cáo chờ phê duyệt", duty=True),
        "reports.decided": Kind("Kết quả phê duyệt báo cáo", duty=True),
        "reports.stale": Kind("Số liệu cấp dưới đã thay đổi", duty=True),
        "reports.extended": Kind("Gia hạn báo cáo", duty=True),
    }
)
