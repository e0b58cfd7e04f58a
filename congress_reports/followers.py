"""Reports follow the life of their unit (features A10): what was approved stays with the old unit, what is open ends
with a reason, a unit of an owed kind gets its rows, and the sums above go along with whoever moves."""

from collections.abc import Collection, Sequence

from accounts.models import User
from orgtree.models import OrgUnit

from .enums import ReportState
from .models import Report
from .services.campaigns import end_reports
from .services.places import settle_reports
from .services.totals import carry_totals


class ReportsFollow:
    """Named in settings.ORGTREE_FOLLOWERS."""

    key = "congress_reports"
    choice_label = "Báo cáo đại hội"

    def preview(self, unit: OrgUnit) -> list[str]:
        running = Report.objects.filter(unit=unit, campaign__closed_on=None)
        count = running.exclude(state__in=[ReportState.APPROVED, ReportState.ENDED]).count()
        return [f"{count} báo cáo đại hội chưa được phê duyệt, sẽ không phải nộp nữa"] if count else []

    def blockers(self, unit: OrgUnit) -> list[str]:
        return []

    def choices(self, unit: OrgUnit) -> list[tuple[int, str]]:
        return []

    def follow(
        self, source: OrgUnit, target: OrgUnit, *, selected: Collection[int] | None = None, actor: User | None
    ) -> None:
        """A report is of the unit that held the congress: none goes along."""

    def leaving(self, unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
        carry_totals(unit, old_parent=old_parent, new_parent=new_parent)

    def placed(self, unit_ids: Sequence[int], *, actor: User | None) -> None:
        settle_reports(unit_ids, actor=actor)

    def ended(self, unit: OrgUnit, *, reason: str, actor: User | None) -> None:
        end_reports(unit=unit, reason=reason, actor=actor)
