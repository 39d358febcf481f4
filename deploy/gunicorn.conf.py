"""The web server behind the proxy. Sizes come from the environment; docs/operations.md helps to choose them."""

import os

bind = "0.0.0.0:8000"  # inside a container, reachable from the proxy's network alone
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than the proxy keeps an idle connection, so that the proxy never meets a closed one
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file in memory; the root file system is read-only
control_socket_disable = True
accesslog = None  # the application logs each request as one JSON line
errorlog = "-"
