from notifications.kinds import Kind, register

register(
    {
        "assignments.given": Kind("Nhiệm vụ được giao", duty=True),
        "assignments.done": Kind("Nhiệm vụ báo xong, chờ xác nhận"),
        "assignments.returned": Kind("Nhiệm vụ cần làm tiếp", duty=True),
    }
)
