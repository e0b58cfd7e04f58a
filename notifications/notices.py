from .kinds import Kind, register

register(
    {
        "account.protection": Kind("Thay đổi về bảo vệ tài khoản", duty=True, email=False),
        "help.asked": Kind("Vướng mắc cần trả lời", duty=True),
        "help.answered": Kind("Trả lời vướng mắc của đồng chí", duty=True),
    }
)
