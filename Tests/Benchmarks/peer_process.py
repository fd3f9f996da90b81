"""What the benchmarks with peers ask of the processes that they start."""

import pathlib
import socket


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(process):
    """Megabytes of a process and its children, shared pages divided among who shares them."""
    total, waiting = 0, [process]
    while waiting:
        process = waiting.pop()
        for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            waiting += map(int, (task / "children").read_text().split())
    return total / 1024
