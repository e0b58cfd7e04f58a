from notifications.kinds import Kind, register

register(
    {
        "delegation.given": Kind("Được giao vai trò", duty=True),
        "delegation.taken_back": Kind("Vai trò được thu hồi", duty=True),
        "delegation.handed_over": Kind("Bàn giao vai trò", duty=True),
        "delegation.term_changed": Kind("Đổi hạn vai trò", duty=True),
        "delegation.ended": Kind("Vai trò kết thúc", duty=True),
        "delegation.kept": Kind("Vai trò giữ nguyên khi cấp trên thay đổi"),
        "delegation.to_settle": Kind("Vai trò của cấp dưới cần xem xét", duty=True),
    }
)
