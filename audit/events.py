from .actions import register

register(
    {
        "account.signed_in": "đăng nhập",
        "account.sign_in_failed": "nhập sai mật khẩu khi đăng nhập tài khoản của đồng chí {target}",
        "account.sign_in_unknown": "đăng nhập không thành công: không có tài khoản như đã nhập",
        "account.signed_out": "đăng xuất",
        "account.password_not_confirmed": "nhập sai mật khẩu khi xác nhận lại",
        "account.password_changed": "đổi mật khẩu của mình",
        "account.email_asked": "ghi địa chỉ thư điện tử mới, chờ xác nhận",
        "account.email_changed": "thay đổi địa chỉ thư điện tử của mình",
        "account.reset_asked": "đề nghị đặt lại mật khẩu của đồng chí {target} bằng thư điện tử",
        "account.reset_asked_unknown": "đề nghị đặt lại mật khẩu: không có tài khoản như đã nhập",
        "account.reset_code_refused": "nhập sai mã đặt lại mật khẩu của đồng chí {target}",
        "account.reset_code_unknown": "nhập mã đặt lại mật khẩu: không có tài khoản như đã nhập",
        "account.password_reset": "đặt lại mật khẩu của mình {way}",
        "account.session_ended": "đăng xuất thiết bị {device} của mình",
        "account.activation_begun": "bắt đầu kích hoạt tài khoản của đồng chí {target}",
        "account.activated": "kích hoạt tài khoản của mình",
        "account.identity_confirmed": "nhập đúng mã nhận trực tiếp; vai trò có hiệu lực",
    }
)
