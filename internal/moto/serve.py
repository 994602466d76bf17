"""Starts moto's server and ends with whoever started it.

    python3 -c "$(cat serve.py)" PORT [SCRIPT]

SCRIPT is run first, in the same process: it may patch moto's classes (faults, missing operations). The server stops
when standard input is closed, so that a test that is killed leaves nothing behind.
"""
import os
import sys
import threading


def follow():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


threading.Thread(target=follow, daemon=True).start()
port, scripts = sys.argv[1], sys.argv[2:]
for script in scripts:
    with open(script, encoding="utf-8") as f:
        exec(compile(f.read(), script, "exec"), {"__name__": "moto_patch", "__file__": script})

from moto.server import main  # noqa: E402  after the patches

main(["-H", "127.0.0.1", "-p", port])
