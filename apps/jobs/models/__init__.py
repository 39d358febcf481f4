"""Jobs, their steps and their findings."""

from apps.jobs.models.finding import Finding
from apps.jobs.models.job import Job
from apps.jobs.models.step import Step

__all__ = ["Finding", "Job", "Step"]
