"""gunicorn's configuration, for production and the demo alike: threads, and no fork after the application is loaded."""

import os

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
