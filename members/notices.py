from notifications.kinds import Kind, register

register(
    {
        "members.correction_requested": Kind("Đề nghị đính chính hồ sơ", duty=True),
        "members.correction_decided": Kind("Kết quả đính chính hồ sơ", duty=True),
        "members.record_changed": Kind("Hồ sơ của đồng chí được sửa"),
        "members.password_code": Kind("Mã đặt lại mật khẩu của đồng chí", duty=True),
        "members.moved": Kind("Chuyển chi bộ"),
        "members.stay": Kind("Sinh hoạt tạm thời"),
        "members.role_code_issued": Kind("Có mã cho vai trò của đồng chí", duty=True),
        "members.roles_confirmed": Kind("Vai trò đã có hiệu lực"),
    }
)
