"""What branches of a railway talk about, month by month: news, review, direction, opinions, tasks, themes."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Work:
    """What a unit does: said in the review, in what is asked of it, and in what its members bring up."""

    done: str
    asked: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Month:
    news: str
    direction: str
    topic: str
    task: str
    said: tuple[str, ...]


# By a word in the name of the branch or of the committee above it; the first that fits.
_WORKS = (
    (
        ("Trường",),
        Work(
            "Hoàn thành kế hoạch giảng dạy trong tháng; giờ giảng đúng thời khóa biểu, học viên vắng không phép giảm.",
            "Hoàn thành chương trình của các lớp đang học; mỗi đảng viên dự giờ đồng nghiệp ít nhất một buổi.",
            (
                "Đề nghị khoa bố trí thêm giờ thực hành trên thiết bị mới, học viên còn ít được thao tác.",
                "Phòng học thực hành cần sửa hệ thống chiếu sáng trước đợt thi.",
                "Giảng viên trẻ cần được kèm cặp soạn giáo án, tôi xin nhận kèm một đồng chí.",
            ),
        ),
    ),
    (
        ("Thông tin tín hiệu", "Tín hiệu"),
        Work(
            "Thiết bị thông tin, tín hiệu hoạt động ổn định; các trở ngại phát sinh được khắc phục trong thời gian "
            "quy định.",
            "Kiểm tra toàn bộ máy quay ghi, mạch điện đường ray; không để xảy ra trở ngại do chủ quan.",
            (
                "Tủ nguồn ở hai trạm đã cũ, đề nghị lập kế hoạch thay trước mùa nắng nóng.",
                "Ca trực đêm cần ghi sổ trở ngại đầy đủ hơn để ca sau nắm được.",
                "Đề nghị bổ sung dụng cụ đo cho tổ tuần tra, hiện hai tổ dùng chung một bộ.",
            ),
        ),
    ),
    (
        ("Đầu máy",),
        Work(
            "Vận dụng đầu máy đạt kế hoạch, không có sự cố chủ quan; tiêu hao nhiên liệu trong định mức.",
            "Giữ nghiêm chế độ lên ban, xuống ban; đảng viên lái tàu thực hiện hô đáp đủ, không vượt tốc độ.",
            (
                "Thời gian nghỉ giữa hai ban của tổ lái đoàn đêm còn ngắn, đề nghị phân xưởng xem lại lịch.",
                "Cần ôn lại quy trình xử lý khi mất hơi hãm cho các đồng chí mới.",
                "Hai đầu máy ra xưởng hay báo lỗi cảm biến, đề nghị ghi rõ vào sổ giao nhận.",
            ),
        ),
    ),
    (
        ("Toa xe", "Khám xe", "Sửa chữa"),
        Work(
            "Khám chữa toa xe đúng tác nghiệp; toa xe vận dụng bảo đảm kỹ thuật, vệ sinh.",
            "Rút ngắn thời gian toa xe nằm chờ sửa chữa; không để lọt toa xe hỏng hãm ra khỏi trạm.",
            (
                "Phụ tùng guốc hãm về chậm, đề nghị báo cáo xí nghiệp cấp sớm.",
                "Tổ khám chữa ca đêm thiếu người, đề nghị bố trí lại ca trong tháng cao điểm.",
                "Khu vực khám xe ban đêm cần thêm đèn để bảo đảm an toàn lao động.",
            ),
        ),
    ),
    (
        ("Xe lửa",),
        Work(
            "Tiến độ đóng mới, sửa chữa toa xe bảo đảm; không xảy ra tai nạn lao động.",
            "Hoàn thành sản phẩm đúng hẹn giao; thực hiện đủ trang bị bảo hộ khi làm việc trên cao.",
            (
                "Phân xưởng cần sắp xếp lại kho vật tư, thời gian chờ lĩnh còn lâu.",
                "Đề nghị mở lớp hàn nâng cao cho thợ trẻ.",
                "Cần kiểm định lại cầu trục trước khi vào đợt làm thêm giờ.",
            ),
        ),
    ),
    (
        ("Khai thác", "Ga ", "ga "),
        Work(
            "Tổ chức đón, gửi tàu an toàn; tàu đi đúng giờ đạt kế hoạch; hành khách không phản ánh về thái độ phục vụ.",
            "Thực hiện đúng tác nghiệp đón gửi tàu; kiểm tra chèn, khóa ghi khi đoàn tàu dừng lâu.",
            (
                "Giờ cao điểm lối ra sân ga đông, đề nghị bố trí thêm người hướng dẫn hành khách.",
                "Đường ngang gần ga tầm nhìn bị cây che, đề nghị phối hợp với địa phương phát quang.",
                "Sổ giao ca cần ghi rõ toa xe đang đỗ và việc chèn, khóa.",
            ),
        ),
    ),
    (
        ("Vận tải", "Đoàn tiếp viên", "tiếp viên", "Chi nhánh"),
        Work(
            "Doanh thu vận tải đạt kế hoạch; phục vụ hành khách trên tàu được đánh giá tốt.",
            "Nâng chất lượng phục vụ trên tàu; mỗi tổ có một sáng kiến giữ khách.",
            (
                "Suất ăn trên tàu cần đổi thực đơn, khách đi dài ngày góp ý nhiều.",
                "Đề nghị thông tin sớm hơn cho khách khi tàu chậm.",
                "Nhân viên mới cần được tập huấn xử lý tình huống khách ốm trên tàu.",
            ),
        ),
    ),
    (
        ("Công ty cổ phần Đường sắt", "Cung", "Đội", "Cầu"),
        Work(
            "Hoàn thành khối lượng bảo trì trong tháng; tuần đường đủ lượt, không để sót điểm xấu.",
            "Kiểm tra các điểm xung yếu trên khu gian; chấp hành nghiêm việc phòng vệ khi thi công trên đường.",
            (
                "Đoạn cong cuối khu gian hay bị lún sau mưa, đề nghị bổ sung đá.",
                "Đề nghị cấp thêm áo phản quang cho tổ tuần đường ban đêm.",
                "Lối đi tự mở ở khu dân cư lại xuất hiện, cần làm việc với phường.",
            ),
        ),
    ),
)
_OTHER = Work(
    "Các nhiệm vụ chuyên môn trong tháng hoàn thành đúng hạn; công tác tham mưu kịp thời.",
    "Xử lý công việc đúng hạn trên hệ thống điều hành; giảm họp, giảm giấy tờ.",
    (
        "Một số văn bản trình còn phải sửa nhiều lần, đề nghị các tổ trao đổi trước khi trình.",
        "Đề nghị phân công rõ người theo dõi từng việc và báo cáo vào thứ Sáu hằng tuần.",
        "Cần sắp xếp lại tài liệu lưu trữ để tra cứu nhanh hơn.",
    ),
)

_OFFICES = ("Phòng ", "Văn phòng", "Ban ", "Cơ quan", "Bảo vệ", "Kiến trúc", "Kho ")
# Where a document is dated, by a word in the names.
_TOWNS = {
    "Sài Gòn": "Thành phố Hồ Chí Minh", "Hải Phòng": "Hải Phòng", "Vinh": "Nghệ An", "Nghệ Tĩnh": "Nghệ An",
    "Đà Nẵng": "Đà Nẵng", "Nha Trang": "Khánh Hòa", "Phú Khánh": "Khánh Hòa", "Thanh Hóa": "Thanh Hóa",
    "Huế": "Huế", "Quảng Ngãi": "Quảng Ngãi", "Nghĩa Bình": "Quảng Ngãi", "Lào Cai": "Lào Cai",
    "Lạng Sơn": "Lạng Sơn", "Hà Lạng": "Lạng Sơn", "Đồng Hới": "Quảng Trị", "Quảng Bình": "Quảng Trị",
    "Vĩnh Phú": "Phú Thọ", "Nam Định": "Ninh Bình", "Hà Ninh": "Ninh Bình", "Bình Thuận": "Lâm Đồng",
}  # fmt: skip

# By the month of the calendar.
MONTHS = {
    1: Month(
        "Tình hình thời sự tháng 1; hướng dẫn của cấp trên về tổ chức vận tải Tết Nguyên đán và công tác thăm hỏi.",
        "Tổ chức tốt phục vụ vận tải Tết; thăm hỏi đảng viên có hoàn cảnh khó khăn.",
        "Vai trò nêu gương của đảng viên trong cao điểm vận tải Tết",
        "Lập danh sách và tổ chức thăm hỏi gia đình đảng viên có hoàn cảnh khó khăn dịp Tết",
        ("Đề nghị sớm chốt lịch trực Tết để anh em thu xếp gia đình.",),
    ),
    2: Month(
        "Kỷ niệm ngày thành lập Đảng 3/2; tình hình sau Tết; văn bản của Đảng ủy cấp trên về nhiệm vụ đầu năm.",
        "Ổn định nền nếp làm việc sau Tết; giao chỉ tiêu năm tới từng đảng viên.",
        "Tự hào truyền thống của Đảng, trách nhiệm của đảng viên ngành đường sắt",
        "Tổng hợp bản đăng ký phấn đấu năm của đảng viên trong chi bộ",
        ("Bản đăng ký phấn đấu nên ghi việc cụ thể, có thời hạn, không ghi chung chung.",),
    ),
    3: Month(
        "Tình hình thời sự tháng 3; kế hoạch kiểm tra, giám sát của Đảng ủy cấp trên.",
        "Triển khai kế hoạch kiểm tra, giám sát của chi bộ; quan tâm phát triển đảng viên trong đoàn viên trẻ.",
        "Công tác phát triển đảng viên trong đoàn viên, công nhân trẻ",
        "Giới thiệu đoàn viên ưu tú dự lớp bồi dưỡng nhận thức về Đảng",
        ("Tổ tôi có một đoàn viên làm tốt, đề nghị chi bộ xem xét cử đi học lớp nhận thức.",),
    ),
    4: Month(
        "Kỷ niệm 30/4 và 1/5; phương án vận tải dịp nghỉ lễ.",
        "Phục vụ tốt dịp nghỉ lễ 30/4 và 1/5; bảo đảm an toàn, trật tự nơi làm việc.",
        "Nâng cao chất lượng phục vụ trong các đợt cao điểm",
        "Kiểm tra phương tiện chữa cháy và lối thoát nạn tại nơi làm việc",
        ("Đề nghị kiểm tra bình chữa cháy trước kỳ nghỉ, vài bình đã đến hạn nạp.",),
    ),
    5: Month(
        "Kỷ niệm ngày sinh Chủ tịch Hồ Chí Minh; chuyên đề học tập và làm theo Bác năm nay.",
        "Mỗi đảng viên đăng ký một việc làm theo gương Bác gắn với công việc hằng ngày.",
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh về tinh thần trách nhiệm",
        "Tổng hợp việc làm theo gương Bác mà đảng viên đã đăng ký",
        ("Việc làm theo gương Bác nên gắn với ca trực của mình: đến sớm, giao ca kỹ.",),
    ),
    6: Month(
        "Tình hình thời sự tháng 6; chuẩn bị sơ kết sáu tháng; phương án phòng chống thiên tai.",
        "Sơ kết sáu tháng; rà soát phương án phòng chống mưa bão.",
        "Nâng cao chất lượng sinh hoạt chi bộ theo Chỉ thị 50-CT/TW",
        "Viết báo cáo sơ kết công tác sáu tháng đầu năm của chi bộ",
        ("Phương án phòng chống bão cần diễn tập, không chỉ đọc trên giấy.",),
    ),
    7: Month(
        "Kỷ niệm ngày Thương binh, Liệt sĩ; kết quả công tác sáu tháng và nhiệm vụ sáu tháng cuối năm.",
        "Khắc phục hạn chế đã nêu khi sơ kết; thăm hỏi gia đình chính sách.",
        "Đền ơn đáp nghĩa, tri ân người có công của ngành đường sắt",
        "Tổ chức thăm gia đình thương binh, liệt sĩ trong đơn vị",
        ("Đề nghị chi bộ phối hợp công đoàn khi đi thăm gia đình chính sách.",),
    ),
    8: Month(
        "Kỷ niệm Cách mạng Tháng Tám; tình hình mưa bão và công tác bảo đảm giao thông.",
        "Trực phòng chống mưa bão đủ quân số; chuẩn bị phục vụ nghỉ lễ 2/9.",
        "Chủ động phòng chống thiên tai, bảo đảm giao thông thông suốt",
        "Phân công ca trực phòng chống mưa bão của đảng viên",
        ("Khi có báo động, đề nghị thống nhất một đầu mối để anh em khỏi hỏi nhiều nơi.",),
    ),
    9: Month(
        "Kỷ niệm Quốc khánh 2/9; hướng dẫn về chuyển đổi số trong công tác đảng.",
        "Đảng viên dùng thành thạo Sổ tay điện tử; tài liệu họp gửi trước một ngày.",
        "Chuyển đổi số trong công tác đảng và trong công việc chuyên môn",
        "Hướng dẫn đảng viên cao tuổi trong chi bộ dùng Sổ tay trên điện thoại",
        ("Tôi lớn tuổi, nhờ các đồng chí trẻ chỉ thêm cách xem tài liệu trên điện thoại.",),
    ),
    10: Month(
        "Tình hình thời sự tháng 10; truyền thống ngày thành lập Ngành Đường sắt Việt Nam 21/10.",
        "Thi đua chào mừng ngày truyền thống của Ngành; hoàn thành chỉ tiêu quý.",
        "Phát huy truyền thống ngành đường sắt, giữ vững an toàn chạy tàu",
        "Phát động và theo dõi thi đua chào mừng ngày truyền thống của Ngành",
        ("Phong trào thi đua nên có tiêu chí rõ, bình xét công khai ở tổ.",),
    ),
    11: Month(
        "Tình hình thời sự tháng 11; hướng dẫn kiểm điểm, đánh giá, xếp loại cuối năm.",
        "Hoàn thành nhiệm vụ năm; mỗi đảng viên viết bản tự kiểm điểm đúng hạn.",
        "Tự phê bình và phê bình, nói đi đôi với làm",
        "Thu và rà soát bản tự kiểm điểm của đảng viên",
        ("Bản kiểm điểm cần nêu thẳng hạn chế, năm trước còn nhiều bản giống nhau.",),
    ),
    12: Month(
        "Tổng kết công tác năm; kế hoạch năm tới của Đảng ủy cấp trên; chuẩn bị vận tải Tết.",
        "Thực hiện chương trình công tác năm mới; chuẩn bị nhân lực phục vụ Tết.",
        "Kiểm điểm, đánh giá chất lượng đảng viên thực chất",
        "Dự thảo chương trình công tác năm của chi bộ",
        ("Chương trình năm tới nên bớt đầu việc, chọn việc làm được và kiểm tra được.",),
    ),
}
SAID = (
    "Tôi nhất trí với báo cáo; tháng tới xin nhận thêm việc theo phân công.",
    "Ưu điểm là anh em đoàn kết, giúp nhau đổi ca; hạn chế là báo cáo của tổ còn chậm.",
    "Tự phê bình: tháng qua tôi còn hai lần nộp báo cáo muộn, tôi sẽ khắc phục.",
    "Đề nghị chi bộ biểu dương các đồng chí trực tăng cường trong tháng.",
    "Góp ý đồng chí Bí thư: các việc giao nên ghi rõ thời hạn ngay tại cuộc họp.",
    "Đồng ý với dự thảo; đề nghị ghi rõ người chịu trách nhiệm từng việc.",
)
TASKS = (
    "Nhắc và tổng hợp đảng phí hằng tháng, báo cáo chi bộ",
    "Chuẩn bị tài liệu thời sự cho kỳ sinh hoạt sau và đưa lên Sổ tay trước một ngày",
    "Theo dõi, giúp đỡ đảng viên dự bị và quần chúng ưu tú của chi bộ",
    "Báo cáo kết quả khắc phục các hạn chế đã nêu trong kỳ sinh hoạt",
)
RESULTS = (
    "Đã làm xong, có danh sách kèm theo gửi đồng chí Bí thư.",
    "Đã thực hiện đúng hạn, kết quả đã báo cáo tại cuộc họp.",
    "Đã hoàn thành; còn một việc nhỏ sẽ làm tiếp trong tháng.",
)
LEAVE = ("đi công tác", "đang lên ban tàu", "trực ca", "ốm", "việc gia đình", "đi học tập trung")
LONG_LEAVE = ("nghỉ thai sản", "điều trị dài ngày", "đi học tập trung ba tháng")
PUT_OFF = (
    "Đơn vị tập trung khắc phục sự cố mưa lũ trên tuyến.",
    "Phần lớn đảng viên được điều động phục vụ cao điểm vận tải.",
    "Đồng chí chủ trì đi công tác đột xuất.",
)
REMARKS = (
    ("Đề nghị ghi rõ hơn ý kiến của tôi về lịch trực.", "Đã bổ sung vào phần thảo luận."),
    ("Giờ bế mạc ghi chậm mấy phút, đề nghị kiểm tra.", "Đã đối chiếu với sổ tay ghi chép, giữ nguyên."),
)
PASSED = "Thư ký đọc dự thảo biên bản; hội nghị nhất trí thông qua."
CONDUCT = "Hội nghị nhất trí chương trình."
SUPERIOR = "Đại biểu cấp trên ghi nhận kết quả của chi bộ, đề nghị giữ nền nếp sinh hoạt và chuẩn bị tài liệu sớm."
RETURNED = "Điểm kết quả thực hiện nghị quyết chưa có số liệu kèm theo; đồng chí bổ sung căn cứ."


def work_of(branch: str, committee: str) -> Work:
    if any(sign in branch for sign in _OFFICES):
        return _OTHER
    for name in (branch, committee):
        for signs, work in _WORKS:
            if any(sign in name for sign in signs):
                return work
    return _OTHER


def short(name: str) -> str:
    """The organisation behind a Party body's name."""
    for start in ("Đảng bộ bộ phận ", "Đảng bộ ", "Chi bộ "):
        name = name.removeprefix(start)
    return name


def place_of(branch: str, committee: str) -> str:
    own = short(branch)
    if own.startswith(("Phòng ", "Ban ", "Văn phòng")):
        return f"Phòng họp cơ quan {short(committee)}"[:200]
    return f"Phòng họp {own}"[:200]


def town_of(branch: str, committee: str) -> str:
    return next((town for sign, town in _TOWNS.items() if sign in f"{branch} {committee}"), "Hà Nội")


def opinions(rng: Random, work: Work, month: Month, many: int) -> list[str]:
    pool = [*month.said, *work.said, *SAID]
    return rng.sample(pool, min(many, len(pool)))
