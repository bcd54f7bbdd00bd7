"""Workers and beats with the commands of `make run`: killed, looked at, and started again."""

import contextlib
import os
import random
import signal
from dataclasses import dataclass

import psutil

from config.local import parts
from config.local.supervisor import Child
from tests.faults.ground import Ground


@dataclass(frozen=True)
class Kill:
    """One `kill -9`: of a worker with all its processes, or of one of those."""

    whole: bool
    connections: int


class Crew:
    """So many of each, every one with a directory of its own."""

    def __init__(self, ground: Ground, *, workers: int, beats: int = 1, **environment: str) -> None:
        self._ground = ground
        self.workers: list[Child] = []
        self.beats: list[Child] = []
        for number in range(max(workers, beats)):
            directory = ground.directory / f"crew{number}"
            (directory / "logs").mkdir(parents=True, exist_ok=True)
            worker, beat = parts.background(directory, os.environ | environment)
            self.workers += [worker] * (number < workers)
            self.beats += [beat] * (number < beats)
        self.deaths = 0

    def start(self) -> None:
        """Whoever has not begun yet."""
        for child in [*self.workers, *self.beats]:
            if child.process is None:
                child.start()

    def kill_one_at_work(self, chance: random.Random) -> Kill | None:
        """Kill a worker that has a connection to the mail server; None if none has one now."""
        found = self._one_at_work(chance)
        if found is None:
            return None
        worker, sending = found
        return self._kill(worker, list(sending), sending, chance)

    def stop_one_at_work(self, chance: random.Random) -> tuple[Child, int] | None:
        """Stop a worker that has connections to the mail server; it, and how many."""
        found = self._one_at_work(chance)
        return (found[0], sum(found[1].values())) if found else None

    def _one_at_work(self, chance: random.Random) -> tuple[Child, dict[psutil.Process, int]] | None:
        """A worker that has connections to the mail server, stopped; None if none has one now."""
        for worker in chance.sample(self.workers, len(self.workers)):
            if sending := self._stopped(worker):
                return worker, sending
            worker.signal(signal.SIGCONT)
        return None

    def kill_one_that_is_up(self, chance: random.Random) -> Kill | None:
        """Kill a worker that has come up, whatever it does; None if none has."""
        up = [worker for worker in self.workers if _descendants(worker)]
        if not up:
            return None
        worker = chance.choice(up)
        return self._kill(worker, _descendants(worker), self._stopped(worker), chance)

    def connections(self) -> int:
        """How many connections to the mail server there are now."""
        return sum(
            self._connections(process)
            for worker in self.workers
            for process in _descendants(worker)
        )

    def start_again(self) -> None:
        """What has died by itself, as whoever supervises processes does."""
        for child in [*self.workers, *self.beats]:
            if not child.is_running:
                self.deaths += 1
                child.start()

    def disband(self) -> None:
        for child in [*self.beats, *self.workers]:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _stopped(self, worker: Child) -> dict[psutil.Process, int]:
        """Hold the worker still; its processes with connections to the server, and how many.

        Held still for the moment of counting only, so that the count is the truth.
        """
        worker.signal(signal.SIGSTOP)
        counts = {process: self._connections(process) for process in _descendants(worker)}
        return {process: count for process, count in counts.items() if count}

    def _kill(
        self,
        worker: Child,
        processes: list[psutil.Process],
        sending: dict[psutil.Process, int],
        chance: random.Random,
    ) -> Kill:
        """The worker as a whole, or one of these processes; `sending` have connections."""
        if processes and chance.random() < 0.5:
            victim = chance.choice(processes)
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
            worker.signal(signal.SIGCONT)  # It notices, and makes itself another process.
            return Kill(whole=False, connections=sending.get(victim, 0))
        worker.signal(signal.SIGKILL)
        if worker.process is not None:
            worker.process.wait()
        worker.start()
        return Kill(whole=True, connections=sum(sending.values()))

    def _connections(self, process: psutil.Process) -> int:
        with contextlib.suppress(psutil.NoSuchProcess):
            return sum(
                bool(link.raddr) and link.raddr.port == self._ground.post.port
                for link in process.net_connections("tcp")
            )
        return 0


def _descendants(worker: Child) -> list[psutil.Process]:
    """The processes in which its tasks run; none before it has come up."""
    with contextlib.suppress(psutil.NoSuchProcess):
        if worker.process is not None:
            return list(psutil.Process(worker.process.pid).children(recursive=True))
    return []
