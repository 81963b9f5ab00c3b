# Says that it is there and each signal that reaches it; ends a quarter of a second after the last one wanted.
import signal
import sys
from queue import SimpleQueue
from threading import Event

seen: SimpleQueue[int] = SimpleQueue()


def tell(number: int, _: object) -> None:
    print(signal.Signals(number).name, flush=True)
    seen.put(number)


for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(wanted, tell)
print("ready", flush=True)
for _ in range(int(sys.argv[1])):
    seen.get()
Event().wait(0.25)
sys.exit(7)
