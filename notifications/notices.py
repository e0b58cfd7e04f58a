from .kinds import Kind, register

register(
    {
        "account.changed": Kind("Bảo vệ tài khoản của đồng chí", duty=True),
        "help.asked": Kind("Vướng mắc cần trả lời", duty=True),
        "help.answered": Kind("Trả lời vướng mắc của đồng chí", duty=True),
    }
)
