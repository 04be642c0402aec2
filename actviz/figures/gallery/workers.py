"""Drawing in parallel processes.

The processes are ordinary children that read tasks from their standard input and write pictures to their standard
output. Unlike a pool of `multiprocessing` they need no guard in the caller's main module and fork no threads, they
end by themselves when this process is gone (their input ends), however it ended, and Ctrl-C reaches this process
only. They write no files, so that none is left half-written when they are ended.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from actviz.errors import ActvizError, OutputError
from actviz.figures.gallery.pictures import Drawable

_LEAST = 6  # pictures for a process: to start one takes as long as to draw about so many
_START = "import sys; sys.path[:] = {path!r}; from actviz.figures.gallery.workers import serve; serve()"

Answer = bytes | ActvizError


def cores() -> int:
    """How many processes can run at once on the cores that this one may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def drawn(count: int, tasks: Callable[[], Sequence[Drawable]], jobs: int) -> Generator[tuple[int, bytes], None, None]:
    """Draw, and hand out each picture with the number of its task as soon as it is done.

    Close the iterator to end the processes before all is drawn.

    Args:
        count: how many tasks there are.
        tasks: makes them, what takes longest first; called when the processes have been started, for these take a
            while to begin.
        jobs: processes at most; one draws in this process, and so does a handful of tasks.

    Raises:
        ActvizError: a task cannot be drawn.
    """
    jobs = min(jobs, -(-count // _LEAST))
    if jobs <= 1:
        for number, task in enumerate(tasks()):
            yield number, task.draw()
        return
    waiting: SimpleQueue[tuple[int, bytes]] = SimpleQueue()
    answers: SimpleQueue[tuple[int, Answer]] = SimpleQueue()
    workers: list[_Worker] = []
    try:
        workers.extend(_Worker() for _ in range(jobs))
        for number, task in enumerate(tasks()):
            waiting.put((number, pickle.dumps(task)))
        for worker in workers:
            worker.feed(waiting, answers)
        for _ in range(count):
            number, answer = answers.get()
            if isinstance(answer, ActvizError):
                raise answer
            yield number, answer
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A child process, and the thread of this process that feeds it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # One thread each: the processes are as many as the cores.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C goes to all of a terminal's session
        )
        self.thread: Thread | None = None

    def feed(self, waiting: SimpleQueue[tuple[int, bytes]], answers: SimpleQueue[tuple[int, Answer]]) -> None:
        """Let the process draw what is waiting, until nothing is."""
        self.thread = Thread(target=self._feed, args=(waiting, answers), daemon=True)
        self.thread.start()

    def _feed(self, waiting: SimpleQueue[tuple[int, bytes]], answers: SimpleQueue[tuple[int, Answer]]) -> None:
        tasks, results = self.process.stdin, self.process.stdout
        assert tasks is not None
        assert results is not None
        while True:
            try:
                number, task = waiting.get_nowait()
            except Empty:
                return
            try:
                tasks.write(task)
                tasks.flush()
                answers.put((number, pickle.load(results)))
            except (OSError, EOFError, pickle.UnpicklingError):  # it is gone
                answers.put((number, self._gone()))
                return

    def _gone(self) -> OutputError:
        code = self.process.wait()
        return OutputError(
            f"a process that drew pictures ended with exit code {code}",
            "Run it again to go on from here; '--jobs 1' draws without such processes.",
        )

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        if self.thread is not None:
            self.thread.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was still to be written has no reader any more
                    stream.close()


def serve() -> None:
    """Draw what standard input asks for, until it ends; the other side of `_Worker`."""
    import gc

    gc.set_threshold(50_000, 20, 20)  # figures are large and few; as `actviz.cli.main` does, and for its reason
    import actviz.figures.gallery.overview
    import actviz.figures.mpl.render  # noqa: F401  loaded while the first task is still being made

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed may come between the answers
    while True:
        try:
            task: Drawable = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        answer: Answer
        try:
            answer = task.draw()
        except ActvizError as error:
            answer = error
        try:
            pickle.dump(answer, answers)
            answers.flush()
        except BrokenPipeError:  # nobody is waiting any more
            os._exit(1)
