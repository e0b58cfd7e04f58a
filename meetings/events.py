from audit.actions import register

# A ballot has no line here, ever: opening, who took part in the end, and the totals are what is on record.
register(
    {
        "meeting.made": "lập cuộc họp {target} của {unit}",
        "meeting.changed": "sửa cuộc họp {target} của {unit}",
        "meeting.announced": "thông báo cuộc họp {target} của {unit}",
        "meeting.taken_back": "rút thông báo cuộc họp {target} của {unit}",
        "meeting.postponed": "hoãn cuộc họp {target} của {unit}: {reason}",
        "meeting.cancelled": "hủy cuộc họp {target} của {unit}: {reason}",
        "meeting.begun": "khai mạc cuộc họp {target} của {unit}",
        "meeting.ended": "bế mạc cuộc họp {target} của {unit}",
        "meeting.leave_decided": "quyết định việc xin vắng của đồng chí {person} tại cuộc họp {target}",
        "meeting.attendance_confirmed": "xác nhận điểm danh cuộc họp {target}: {here} có mặt",
        "vote.opened": "mở biểu quyết “{target}”: {entitled} đồng chí được biểu quyết",
        "vote.closed": "kết thúc biểu quyết “{target}”: {sentence}",
        "vote.void": "hủy biểu quyết “{target}”: {reason}",
        "minutes.circulated": "gửi biên bản {target} lấy ý kiến đến {until}",
        "minutes.signed": "ký biên bản {target} với tư cách {as_what}",
        "minutes.approved": "khóa biên bản {target}",
        "minutes.annexed": "bổ sung phụ lục số {number} vào biên bản {target}: {reason}",
        "minutes.entered": "nhập biên bản cũ {target} của {unit}",
        "minutes.book": "lấy sổ biên bản năm {year} của {unit}",
        "document.issued": "ban hành {document} từ cuộc họp {target}",
        "score.confirmed": "thống nhất chấm {total} điểm, xếp loại {grade} cho {target}",
        "score.agreed": "đồng ý điểm chất lượng sinh hoạt của {target}",
        "score.returned": "trả lại phiếu chấm điểm của {target}: {reason}",
    }
)
