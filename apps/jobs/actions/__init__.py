"""The verbs of long work."""

from apps.jobs.actions.cancel import cancel_job
from apps.jobs.actions.run import run_job
from apps.jobs.actions.start import start_job
from apps.jobs.actions.sweep import sweep_jobs

__all__ = ["cancel_job", "run_job", "start_job", "sweep_jobs"]
