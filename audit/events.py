from .actions import register

register(
    {
        "account.signed_in": "đăng nhập",
        "account.sign_in_failed": "nhập sai mật khẩu khi đăng nhập tài khoản của đồng chí {target}",
        "account.sign_in_unknown": "đăng nhập không thành công: không có tài khoản như đã nhập",
        "account.signed_out": "đăng xuất",
        "account.password_not_confirmed": "nhập sai mật khẩu khi xác nhận lại",
        "account.password_changed": "đổi mật khẩu của mình",
        "account.email_changed": "thay đổi địa chỉ thư điện tử của mình",
        "account.session_ended": "đăng xuất thiết bị {device} của mình",
        "account.activation_begun": "bắt đầu kích hoạt tài khoản của đồng chí {target}",
        "account.activated": "kích hoạt tài khoản của mình",
        "account.identity_confirmed": "nhập đúng mã nhận trực tiếp; vai trò có hiệu lực",
    }
)
