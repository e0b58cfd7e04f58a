from audit.actions import register

register(
    {
        "help.asked": "báo vướng mắc tới {unit}",
        "help.answered": "trả lời vướng mắc của đồng chí {sender}",
    }
)
