"""The kinds of unit of the letters' model (domain.md §2.2) and of Regulation 208-QĐ/TW (§2.6), as first loaded.
From then on they are data."""

# code, label, short label, rank, holds members, may be top, grassroots, legal parents, ways of calling it
LETTERS = [
    (
        "upper",
        "Đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng",
        "Đảng bộ cấp trên",
        10,
        False,
        True,
        False,
        [],
        [
            "Đảng bộ cấp trên trực tiếp",
            "Đảng bộ cấp trên",
            "Đảng bộ cấp trên trực tiếp của TCCSĐ",
            "Đảng bộ Tổng công ty",
        ],
    ),
    (
        "empowered",
        "Đảng bộ được giao quyền cấp trên cơ sở",
        "Đảng bộ giao quyền",
        20,
        False,
        False,
        False,
        ["upper"],
        [
            "Đảng bộ thí điểm giao quyền cấp trên cơ sở",
            "Đảng bộ giao quyền cấp trên cơ sở",
            "Đảng bộ giao quyền",
        ],
    ),
    (
        "base_committee",
        "Đảng bộ cơ sở",
        "Đảng bộ cơ sở",
        30,
        False,
        False,
        True,
        ["upper", "empowered"],
        ["ĐBCS", "ĐB cơ sở", "Đảng ủy cơ sở"],
    ),
    (
        "base_cell",
        "Chi bộ cơ sở",
        "Chi bộ cơ sở",
        40,
        True,
        False,
        True,
        ["upper", "empowered"],
        ["CBCS", "CB cơ sở"],
    ),
    (
        "subcommittee",
        "Đảng bộ bộ phận",
        "Đảng bộ bộ phận",
        50,
        False,
        False,
        False,
        ["base_committee", "empowered"],
        ["ĐBBP", "ĐB bộ phận", "Đảng ủy bộ phận"],
    ),
    (
        "cell",
        "Chi bộ trực thuộc",
        "Chi bộ",
        60,
        True,
        False,
        False,
        ["base_committee", "subcommittee", "empowered"],
        [
            "Chi bộ",
            "CBTT",
            "CB trực thuộc",
            "Chi bộ trực thuộc đảng ủy cơ sở",
            "Chi bộ trực thuộc đảng ủy bộ phận",
        ],
    ),
    (
        "group",
        "Tổ đảng",
        "Tổ đảng",
        70,
        False,
        False,
        False,
        ["base_cell", "cell"],
        ["Tổ đảng trực thuộc chi bộ"],
    ),
]

UNIFIED = [
    (
        "upper_2026",
        "Đảng bộ cấp trên trực tiếp (mô hình 2026)",
        "Đảng bộ cấp trên",
        10,
        False,
        True,
        False,
        [],
        [],
    ),
    (
        "base_committee_2026",
        "Đảng bộ cơ sở (mô hình 2026)",
        "Đảng bộ cơ sở",
        20,
        False,
        False,
        True,
        ["upper_2026"],
        [],
    ),
    (
        "committee_below_base_2026",
        "Đảng bộ trực thuộc cơ sở",
        "Đảng bộ trực thuộc",
        30,
        False,
        False,
        False,
        ["base_committee_2026"],
        ["ĐB trực thuộc cơ sở"],
    ),
    (
        "branch_2026",
        "Chi bộ (mô hình 2026)",
        "Chi bộ",
        40,
        True,
        False,
        True,
        ["upper_2026", "base_committee_2026", "committee_below_base_2026"],
        [],
    ),
    (
        "group_2026",
        "Tổ đảng (mô hình 2026)",
        "Tổ đảng",
        50,
        False,
        False,
        False,
        ["branch_2026"],
        [],
    ),
]

# domain.md §2.3: limits that only warn, with what to think about.
LIMITS = {
    "base_committee": {
        "least_members": 30,
        "too_few_hint": "Đảng bộ cơ sở có dưới 30 đảng viên cần cấp ủy cấp trên trực tiếp đồng ý.",
    },
    "base_cell": {
        "least_official": 3,
        "most_members": 29,
        "too_many_hint": "Tổ chức cơ sở đảng có từ 30 đảng viên trở lên thì lập đảng bộ cơ sở.",
    },
    "cell": {
        "least_official": 3,
        "most_members": 30,
        "too_many_hint": "Chi bộ trực thuộc có trên 30 đảng viên cần cấp ủy cấp trên trực tiếp đồng ý.",
    },
    "branch_2026": {"least_official": 3},
}

# Superior to grassroots organisations, or with the powers of such a one: the first two steps of handing rights down
# (letter 001 §1) go through these.
ABOVE_GRASSROOTS = ("upper", "empowered", "upper_2026")
