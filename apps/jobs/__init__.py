"""Long work: whatever lasts longer than a page. Nouns: job, step, finding. Verbs: start, run, sweep, cancel.

The Celery message is a doorbell; the step row holds lease, attempts and result. A step's effect and its mark "done"
commit together, so a killed worker's step is taken up again and takes effect once (docs/adr/0004).
"""
