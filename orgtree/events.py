from audit.actions import register

register(
    {
        "unit.created": "lập {target} trực thuộc {parent}",
        "unit.renamed": "đổi tên {before} thành {target}",
        "unit.edited": "sửa thông tin của {target}",
        "unit.moved": "chuyển {target} từ {before} sang {after}",
        "unit.closed": "giải thể {target}",
        "unit.reopened": "cho {target} hoạt động trở lại",
        "unit.merged": "sáp nhập {target} vào {into}",
        "unit.split": "tách {into} từ {target}",
        "units.imported": "nhập danh mục tổ chức: {created} mới, {changed} thay đổi",
        "units.repaired": "dựng lại thứ tự của cây tổ chức",
        "grant.given": "giao vai trò {role} tại {unit} cho đồng chí {receiver}",
        "admin.made": "lập quyền quản trị đầu tiên tại {unit} cho đồng chí {target}",
        "grant.revoked": "thu hồi vai trò {role} tại {unit} của đồng chí {receiver}",
        "grant.ended": "kết thúc vai trò {role} tại {unit} của đồng chí {receiver}: {reason}",
        "grant.waits_for_code": "vai trò {role} tại {unit} của đồng chí {receiver} chờ mã nhận trực tiếp",
        "grant.handed_over": "bàn giao vai trò {role} tại {unit} từ đồng chí {before} sang đồng chí {receiver}",
        "grant.term_changed": "đổi hạn vai trò {role} tại {unit} của đồng chí {receiver}: từ {before} sang {after}",
        "grant.rehung": "chuyển vai trò {role} tại {unit} của đồng chí {receiver} sang {under}",
    }
)
