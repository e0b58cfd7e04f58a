"""The web server. Few threads a process: Python works on one request at a time anyway, and each thread keeps a
database connection."""

import os
import tempfile
from pathlib import Path

from handbook import env

workers = env.integer("HANDBOOK_WEB_PROCESSES", 2, least=1, most=64)
threads = env.integer("HANDBOOK_WEB_THREADS", 2, least=1, most=8)
worker_class = "gthread"
preload_app = True  # memory is shared between the processes, and a broken start is seen at once
timeout = 60
graceful_timeout = env.integer("HANDBOOK_GRACEFUL_SECONDS", 20, least=1, most=120)
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
backlog = 512
control_socket_disable = True
# heartbeat files belong in memory: on a slow disk a healthy process looks hung
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()
chdir = str(Path(__file__).resolve().parents[2])
