"""Refusals that carry more than a sentence."""

from common.errors import RuleViolation

from .forms import Finding


class NotReady(RuleViolation):
    """The figures contradict each other, or a warning has no reason yet."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        hard = sum(finding.is_hard for finding in findings)
        if hard:
            super().__init__(f"Báo cáo còn {hard} chỗ chưa đúng, chưa gửi được.")
        else:
            super().__init__(f"Còn {len(findings)} chỗ cần ghi lý do trước khi gửi.")


class MissingBelow(RuleViolation):
    """Reports below are missing or undecided (features E5)."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            f"Còn {count} báo cáo của cấp dưới chưa gửi hoặc chưa được phê duyệt. Nếu vẫn gửi, đồng chí ghi rõ lý do."
        )


class ChangedMeanwhile(RuleViolation):
    """Somebody else wrote first; nothing of his is overwritten."""


class InField(RuleViolation):
    """What is wrong stands in one box of the page."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)
