"""Runs the application under gunicorn."""

import gc

from gunicorn.app.base import BaseApplication

from api import ops
from api.app import create_app
from api.loading import without_collecting


class Server(BaseApplication):
    """Gunicorn with settings from the command line instead of a file."""

    def __init__(self, settings: dict, options: dict):
        self.settings, self.chosen = settings, options
        super().__init__()

    def load_config(self):
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self):
        with without_collecting():
            app = create_app(self.settings)
        # The third of its generations holds what answers leave behind for the next ones. Going through that took 18 ms
        # of one answer in seventy, and finds next to nothing: ten times more seldom is enough.
        young, middle, _old = gc.get_threshold()
        gc.set_threshold(young, middle, 100)
        return app


def run(settings: dict, *, bind: str, workers: int, threads: int) -> None:
    """Serve until stopped."""
    ops.configure_logs()
    Server(settings, {"bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread",
                      "accesslog": None, "graceful_timeout": 30, "timeout": 120, "max_requests": 0,
                      "preload_app": False, "keepalive": 75,
                      # Nobody steers the server through a socket in the home folder.
                      "control_socket_disable": True}).run()
