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
    }
)
