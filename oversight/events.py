from audit.actions import register

register(
    {
        "audit.exported": "xuất nhật ký ra tệp ({rows} dòng)",
        "messages.sent_again": "cho gửi lại {rows} thư, tin ({ways})",
    }
)
