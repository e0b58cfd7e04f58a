from audit.actions import register

register(
    {
        "assignment.given": "giao nhiệm vụ “{target}” cho đồng chí {owner}, hạn {due}",
        "assignment.done": "báo xong nhiệm vụ “{target}”",
        "assignment.confirmed": "xác nhận nhiệm vụ “{target}” đã hoàn thành",
        "assignment.returned": "trả lại nhiệm vụ “{target}”: {reason}",
        "assignment.dropped": "thôi thực hiện nhiệm vụ “{target}”: {reason}",
    }
)
