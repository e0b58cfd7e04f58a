from audit.actions import register

register(
    {
        "activation.opened": "mở kích hoạt tài khoản cho {rows} đảng viên của {target}, đến hết ngày {until}",
        "activation.closed": "đóng kích hoạt tài khoản của {rows} đảng viên của {target}",
        "activation.slips_printed": "in phiếu kích hoạt của {rows} đảng viên của {target}",
        "activation.refused": "nhập chưa đúng thông tin khi kích hoạt tài khoản của đồng chí {target}",
        "activation.refused_unknown": "kích hoạt không thành công: không có tài khoản như đã nhập",
        "activation.role_code_issued": "cấp mã vai trò cho đồng chí {target}",
        "activation.role_code_refused": "nhập chưa đúng mã vai trò",
    }
)
