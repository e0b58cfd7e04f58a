from audit.actions import register

register(
    {
        "member.created": "lập hồ sơ của đồng chí {target} tại {branch}",
        "member.edited": "sửa hồ sơ của đồng chí {target}: {fields}",
        "member.contact_changed": "tự sửa thông tin liên hệ: {fields}",
        "member.moved": "chuyển đồng chí {target} từ {before} sang {after}",
        "member.status_changed": "đổi tình trạng của đồng chí {target}: {before} → {after}",
        "member.viewed": "xem hồ sơ của đồng chí {target}",
        "member.revealed": "xem số định danh, ngày sinh của đồng chí {target} ({place})",
        "member.history_viewed": "xem lịch sử hồ sơ của đồng chí {target}",
        "member.history_exported": "tải bản trích lịch sử hồ sơ của đồng chí {target}",
        "member.access_viewed": "xem ai có quyền xem hồ sơ của đồng chí {target}",
        "member.password_code_issued": "cấp mã đặt lại mật khẩu cho đồng chí {target}",
        "post.given": "ghi chức vụ {post} tại {unit} cho đồng chí {target}",
        "post.ended": "kết thúc chức vụ {post} tại {unit} của đồng chí {target}",
        "posts.settled": "xác nhận đã rõ chức vụ của đồng chí {target}",
        "stay.begun": "tiếp nhận đồng chí {target} sinh hoạt tạm thời tại {branch} từ {on}",
        "stay.ended": "ghi đồng chí {target} thôi sinh hoạt tạm thời tại {branch}, hết ngày {on}",
        "correction.requested": "đề nghị đính chính {field}",
        "correction.accepted": "chấp nhận đính chính {field} của đồng chí {target}",
        "correction.refused": "không chấp nhận đính chính {field} của đồng chí {target}: {reason}",
        "members.exported": "xuất danh sách {rows} đảng viên của {target} ({filter}; {ids})",
        "members.calls_printed": "mở danh bạ gọi điện {rows} đảng viên của {target}",
        "members.followed": "chuyển {rows} đảng viên từ {before} sang {after} theo thay đổi tổ chức",
    }
)
