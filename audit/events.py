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
        "account.identity_confirmed": "nhập đúng mã vai trò; vai trò có hiệu lực",
        "account.factor_added": "bật xác thực hai lớp: thêm {factor}",
        "account.factor_replaced": "đổi {factor} của xác thực hai lớp sang thiết bị khác",
        "account.factor_removed": "gỡ {factor} khỏi xác thực hai lớp",
        "account.factors_taken_away": "gỡ xác thực hai lớp của đồng chí {target} theo đề nghị",
        "account.second_step_failed": "nhập sai mã ở bước xác thực thứ hai của tài khoản đồng chí {target}",
        "account.code_not_confirmed": "nhập sai mã khi xác nhận lại",
        "account.recovery_code_used": "dùng một mã dự phòng để xác thực, còn {left} mã",
        "account.recovery_codes_renewed": "tạo lại mã dự phòng, mã cũ hết hiệu lực",
        "account.sign_on_bound": "gắn tài khoản với {provider} ở lần đăng nhập đầu tiên qua hệ thống đó",
        "account.sign_on_refused": "không được nhận qua {provider} vào tài khoản của đồng chí {target}: {reason}",
        "account.sign_on_unknown": "không được nhận qua {provider}: {reason}",
    }
)
