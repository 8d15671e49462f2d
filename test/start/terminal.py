"""Runs a command on a separate terminal, like a user. Reads the actions of the user from standard input, one word a line:
interrupt (Ctrl-C), or close (the window). Prints the output of the terminal, and exits when the command does."""
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
