"""The vision process: `python -m ambianic.vision ENGINE`, started by the edge; ENGINE is what `Engine.argument` writes.

Messages come in on stdin and go out on stdout; stderr takes the log, each line `LEVEL message`. It ends with its stdin.
"""

import logging
import os
import sys
from threading import Thread
from time import sleep

from ambianic.models.catalog import ModelError

from . import framing, wire
from .engine import Engine
from .inbox import Inbox
from .loaded import Loaded
from .worker import Worker

END_SECONDS = 2.0


def main() -> int:
    """Load the model and work until the edge closes the pipe."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    # Libraries print to stdout: they get stderr, and the pipe is ours alone.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(message: wire.Message) -> None:
        output.write(framing.encode(message))
        output.flush()

    try:
        models = Loaded(Engine.parse(sys.argv[1]))
    except ModelError as err:
        send(wire.Failed(str(err)))
        return 0
    inbox = Inbox()
    Thread(target=_receive, args=[inbox], daemon=True).start()
    try:
        Worker(models, inbox, send).run()
    except BrokenPipeError:
        return 0
    return 0


def _receive(inbox: Inbox) -> None:
    try:
        while message := framing.read(sys.stdin.buffer):
            inbox.put(message)
    except framing.WireError:
        logging.getLogger(__name__).exception("The edge sent nonsense")
    inbox.close()
    sleep(END_SECONDS)
    # The work hangs, perhaps inside the model: nobody would ever end it.
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
