from celery import shared_task

from . import services


@shared_task(name="jobs.run")
def run_job(job_id: int) -> None:
    services.run_job(job_id)


@shared_task(name="jobs.recover")
def recover_jobs() -> int:
    return services.recover_jobs()


@shared_task(name="jobs.sweep")
def sweep_jobs() -> int:
    return services.sweep_jobs()
