"""Runs a command on a terminal of its own, as its user would. Takes what the user does on standard input, one word a line:
interrupt (Ctrl-C), or close (the window). Prints what the terminal shows, and ends when the command does."""
import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
opened = True
while opened:
    ready, _, _ = select.select([terminal, 0], [], [])
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        os.write(1, shown)
    if 0 in ready:
        for word in os.read(0, 65536).decode().split():
            if word == "interrupt":
                os.write(terminal, b"\x03")
            if word == "close":
                os.close(terminal)
                opened = False
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
print(f"ended {code}", flush=True)
