"""What people write into reports: places, aims, difficulties, reasons."""

from random import Random

# By a word in the name of the unit or of the committee above it.
_AIMS = (
    (
        "Trường Cao đẳng",
        (
            "Hằng năm tuyển sinh đạt ít nhất 95% chỉ tiêu; trên 90% học viên tốt nghiệp có việc làm đúng ngành; 100% "
            "chi bộ hoàn thành tốt nhiệm vụ; mỗi năm kết nạp ít nhất 5 đảng viên mới, trong đó có học viên ưu tú."
        ),
    ),
    (
        "Thông tin tín hiệu",
        (
            "Bảo đảm thông tin tín hiệu chạy tàu thông suốt 24/24 giờ; giảm ít nhất 10% trở ngại do chủ quan so với "
            "nhiệm kỳ trước; doanh thu tăng bình quân 6% mỗi năm; kết nạp từ 3% đảng viên mới mỗi năm."
        ),
    ),
    (
        "Đầu máy",
        (
            "Vận dụng đầu máy đạt 100% kế hoạch chạy tàu; tỷ lệ sự cố đầu máy giảm 5% mỗi năm; tiết kiệm nhiên liệu "
            "1,5% so với định mức; 100% đảng viên là lái tàu ký cam kết không vi phạm quy trình."
        ),
    ),
    (
        "Toa xe",
        (
            "Bảo đảm đủ toa xe tốt cho các đoàn tàu; rút ngắn 10% thời gian toa xe nằm sửa chữa; thu nhập người lao "
            "động tăng bình quân 6% mỗi năm; 100% chi bộ hoàn thành tốt nhiệm vụ trở lên."
        ),
    ),
    (
        "Xe lửa",
        (
            "Hoàn thành 100% kế hoạch đóng mới và sửa chữa toa xe; doanh thu tăng bình quân 8% mỗi năm; không để xảy "
            "ra tai nạn lao động nghiêm trọng; kết nạp mới ít nhất 15 đảng viên trong nhiệm kỳ."
        ),
    ),
    (
        "Khai thác",
        (
            "Tỷ lệ tàu đi đúng giờ đạt trên 98%, đến đúng giờ đạt trên 90%; không để xảy ra tai nạn chạy tàu do chủ "
            "quan; sản lượng hàng hóa xếp tăng bình quân 5% mỗi năm; 100% chi bộ sinh hoạt đúng quy định."
        ),
    ),
    (
        "Vận tải",
        (
            "Doanh thu vận tải tăng bình quân 8% mỗi năm; tỷ lệ hành khách hài lòng đạt trên 90%; thu nhập người lao "
            "động tăng bình quân 6% mỗi năm; kết nạp từ 3% đảng viên mới so với tổng số đảng viên."
        ),
    ),
    (
        "Công ty cổ phần Đường sắt",
        (
            "Hoàn thành 100% khối lượng bảo trì kết cấu hạ tầng được giao, bảo đảm an toàn chạy tàu; nâng tốc độ ở các "
            "khu gian trọng điểm; mỗi năm có từ 90% đảng viên hoàn thành tốt nhiệm vụ trở lên."
        ),
    ),
)
_OTHER_AIMS = (
    "Tham mưu kịp thời, đúng quy định; 100% chi bộ hoàn thành tốt nhiệm vụ trở lên; trên 90% công việc được xử lý trên "
    "môi trường số; mỗi năm kết nạp ít nhất 2 đảng viên mới."
)
# Why a committee reported before all below it.
ONE_IS_MERGED = "Một chi bộ đang chờ sáp nhập nên chưa có báo cáo; Đảng ủy gửi trước để bảo đảm thời hạn 5 ngày."
ONE_IS_LATE = "Một chi bộ gửi muộn vì đảng viên đi khắc phục sự cố; Đảng ủy đã nắm số liệu, sẽ phê duyệt sau."
BUSY = (
    "Chi bộ có 6 đồng chí đang đi ứng cứu sự cố mưa lũ, chưa họp kiểm phiếu lại được.",
    "Đồng chí bí thư đi công tác dài ngày, biên bản kiểm phiếu chưa ký xong.",
    "Đơn vị đang bàn giao phòng làm việc, hồ sơ đại hội chưa đối chiếu được.",
)
# Why a soft rule does not hold, by its number.
EXCUSES = {
    "V12": "Đại hội thống nhất số dư theo đề án nhân sự đã được cấp trên đồng ý.",
    "V14": "Được Đảng ủy cấp trên đồng ý bằng văn bản khi duyệt đề án nhân sự.",
    "V15": "Được Đảng ủy cấp trên đồng ý bằng văn bản khi duyệt đề án nhân sự.",
    "V29": "Đồng chí còn đủ sức khỏe, chi bộ ít người, Đảng ủy đã đồng ý khi duyệt đề án nhân sự.",
    "V30": "Chi bộ có đảng viên công tác xa, Đảng ủy đồng ý theo đề án nhân sự.",
}
POSTPONED = (
    "Chờ kiện toàn chức danh trưởng trạm theo quyết định của Giám đốc Chi nhánh.",
    "Chi bộ tập trung khắc phục hậu quả mưa lũ, Đảng ủy đồng ý lùi ngày tổ chức.",
    "Chờ sáp nhập với chi bộ cùng khu vực theo chủ trương của Đảng ủy.",
)


def short(name: str) -> str:
    """The organisation behind a Party body's name."""
    for start in ("Đảng bộ bộ phận ", "Đảng bộ ", "Chi bộ "):
        name = name.removeprefix(start)
    return name


def place_of(name: str, committee: str, kind: str) -> str:
    """Where a unit meets; `committee` is the đảng bộ cơ sở above it."""
    own = short(name)
    if kind == "subcommittee":
        return f"Hội trường cơ quan {short(committee)}" if "Cơ quan" in own else f"Nhà văn hóa ga {own[8:]}"
    if own.startswith("Phòng "):
        return f"Phòng họp cơ quan {short(committee)}"
    if kind == "cell":
        return f"Phòng họp {own}"
    return f"Hội trường {own}"


def aims_of(name: str, committee: str) -> str:
    return next((aims for word, aims in _AIMS if word in f"{name} {committee}"), _OTHER_AIMS)


def roman(number: int) -> str:
    found = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            found, number = found + sign, number - value
    return found


def own_number(rng: Random) -> str:
    """The how-manieth congress of a committee of its own."""
    return roman(rng.randint(5, 29))
