from audit.actions import register

register(
    {
        "members.imported": "nhập danh sách đảng viên vào {unit}: {entered} mới, {updated} cập nhật",
        "members.import_taken_out": "tải về {what} của {target}, {unit}",
        "members.import_undone": "hoàn tác {target} của {unit}: xóa {deleted}, trả lại {restored}, giữ {kept} hồ sơ",
    }
)
