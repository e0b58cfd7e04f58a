from io import BytesIO

from members.imports.models import ImportBatch
from members.imports.services import confirm_import, enter_import, read_import, start_import
from members.imports.services.lists import silent
from tests.access import row
from tests.members.lists_of_people import man, person, workbook

MANAGERS = {"secretary": 200, "other_secretary": 200, "committee": 200, "org_department": 200, "outsider": 200}


def checked(world) -> ImportBatch:
    """A list of the section, sent by the committee above it, with a block whose branch is not clear."""
    people = [
        person("Nguyễn Văn Tám", man(1), world.branch.name),
        person("Nguyễn Văn Chín", man(2), "Chi bộ Ga Không Có"),
        person("Nguyễn Văn Mười", "123456789", world.branch.name),
    ]
    batch = start_import(
        unit=world.section, file=BytesIO(workbook(people)), file_label="danh-sach.xlsx", actor=world.committee
    )
    return read_import(batch_id=batch.pk, progress=silent)


def entered(world) -> ImportBatch:
    batch = checked(world)
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    return enter_import(batch_id=batch.pk, actor=world.committee, progress=silent)


def _last(world) -> list[int]:
    return [ImportBatch.objects.latest("pk").pk]


def _choice(world) -> dict:
    return {"block_2": world.branch.pk}


def _of_batch(method: str, answer: int, *, prepare=checked, data=None):
    return row(
        method, _last, prepare=prepare, data=data,
        member=404, secretary=404, other_secretary=404, inspector=404, outsider=404,
        committee=answer, org_department=answer,
    )  # fmt: skip


ROWS = {
    "members:imports": row("get", member=403, inspector=403, **MANAGERS),
    "members:import_start": row("get", member=403, inspector=403, **MANAGERS),
    "members:import_start · sent": row(
        "post",
        data=lambda world: {
            "unit": world.section.pk,
            "not_secret": "on",
            "file": _upload([person("Nguyễn Văn Tám", man(1), world.branch.name)]),
        },
        member=403,
        inspector=403,
        secretary=200,
        other_secretary=200,
        outsider=200,
        committee=302,
        org_department=302,
    ),
    "members:import_sample": row("get", member=403, inspector=403, **MANAGERS),
    "members:import": _of_batch("get", 200),
    "members:import_progress": _of_batch("get", 200),
    "members:import_branches": _of_batch("post", 302, data=_choice),
    "members:import_changes": _of_batch("get", 200),
    "members:import_annotated": _of_batch("get", 200),
    "members:import_to_mend": _of_batch("get", 200, prepare=entered),
    "members:import_confirm": _of_batch("get", 200),
    "members:import_confirm · yes": _of_batch("post", 302),
    "members:import_cancel": _of_batch("post", 302),
    "members:import_undo": _of_batch("get", 200, prepare=entered),
    "members:import_undo · yes": _of_batch("post", 302, prepare=entered),
}


def _upload(people) -> BytesIO:
    file = BytesIO(workbook(people))
    file.name = "danh-sach.xlsx"
    return file
