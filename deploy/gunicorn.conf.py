"""gunicorn's configuration, for production and the demo alike: threads, and no fork after the application is loaded."""

import os
import tempfile

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
# A connection pool that was made before a fork would be shared by parent and child: each worker loads for itself.
preload_app = False
timeout = 60
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats, not data
max_requests = 5000
max_requests_jitter = 500
# Requests are logged by the portal itself, with organization and request id.
accesslog = None
errorlog = "-"

if int(os.environ.get("COUNTERSIGN_POOL_SIZE") or 16) < threads:
    raise SystemExit("COUNTERSIGN_POOL_SIZE is smaller than WEB_THREADS: threads would wait for connections: raise it")

# Workers count into files of this folder, and whichever is asked for /metrics adds them up.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="countersign-metrics-")


def pre_fork(server, worker):
    """Give the worker a place; whoever comes after it counts on in the same file, so that files do not pile up."""
    taken = {getattr(each, "metrics_slot", None) for each in server.WORKERS.values()}
    worker.metrics_slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)


def post_fork(server, worker):
    """Tell the worker its place before it loads the application."""
    os.environ["METRICS_SLOT"] = f"web{worker.metrics_slot}"
