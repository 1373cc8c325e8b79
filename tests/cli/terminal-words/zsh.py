"""Types lines and tabs into a zsh on a terminal of its own and looks for what it made of them."""
import os
import pty
import re
import select
import time

# what is typed, and what has to stand on the screen behind it
ASKED = [("airy condens\t", "airy condense"), ("airy retrieve --ru\t", "--rule"),
         ("airy size --model \t\t", "spheroid"), ("airy size --mask line.t\t", "line.tsv")]
PROMPT_S = 60  # a machine under load


def seen(terminal, wanted):
    """What is on the screen once it holds what is wanted."""
    text, end = "", time.time() + PROMPT_S
    while wanted not in text and time.time() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            piece = os.read(terminal, 65536).decode(errors="replace").replace("\0", "")
            text = re.sub("\x1b\\[[0-9;?]*[A-Za-z]|[\a\b]", "", text + piece)
    return wanted in text


shell, terminal = pty.fork()
if shell == 0:
    os.environ.update(TERM="vt100", PS1="ready> ", COLUMNS="200", LINES="40")
    os.execvp("zsh", ["zsh", "-f", "-i"])
os.write(terminal, b"fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; print gone-$((5+1))\n")
if not seen(terminal, "gone-6"):
    print("zsh does not start")
for typed, wanted in ASKED:
    os.write(terminal, b"\x15" + typed.encode())
    if not seen(terminal, wanted):
        print("zsh: no", wanted, "behind", typed.strip())
os.kill(shell, 9)
os.waitpid(shell, 0)
