"""What the benchmarks with peers ask of the processes that they start."""

import pathlib
import socket
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family(process):
    """The process and its children."""
    waiting = [process]
    while waiting:
        process = waiting.pop()
        yield process
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            waiting += map(int, (task / "children").read_text().split())


def memory(process):
    """Megabytes of a process and its children, shared pages divided among who shares them."""
    return sum(int(line.split()[1]) for member in family(process)
               for line in pathlib.Path(f"/proc/{member}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")) / 1024


def settle(process, seconds=60):
    """Waits until a process and its children no longer work: what clients gave up on may go on behind them."""
    def ticks():
        # After the name in brackets: utime and stime are the 14th and 15th fields (proc(5)).
        fields = [pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split() for member in family(process)]
        return sum(int(values[11]) + int(values[12]) for values in fields)

    end, last = time.monotonic() + seconds, ticks()
    while time.monotonic() < end:
        time.sleep(0.5)
        now = ticks()
        # A hundredth of a second in half of one is idling.
        if now - last <= 1:
            return
        last = now
