from notifications.kinds import Kind, register

register(
    {
        "meetings.called": Kind("Mời họp, mời sinh hoạt", duty=True, sms=True),
        "meetings.changed": Kind("Cuộc họp thay đổi, hoãn, hủy", duty=True, sms=True),
        "meetings.leave": Kind("Xin vắng và trả lời"),
        "meetings.minutes": Kind("Biên bản lấy ý kiến, biên bản chờ ký", duty=True),
        "meetings.reminder": Kind("Nhắc lịch họp, biên bản", duty=True),
        "meetings.below": Kind("Tình hình sinh hoạt của cấp dưới, hằng tuần"),
        "meetings.score": Kind("Chấm điểm sinh hoạt"),
    }
)
