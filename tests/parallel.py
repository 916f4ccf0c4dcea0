"""Jobs that start at the same moment."""

import threading
from collections.abc import Callable


def in_parallel(jobs: list[Callable], *, timeout_s: float = 60) -> list:
    """The results of jobs that start together, in their order; what a job raises is its result."""
    results, barrier = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(number: int, job: Callable) -> None:
        try:
            barrier.wait(timeout_s)
            results[number] = job()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout_s)
    return results
