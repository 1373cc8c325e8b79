# What makes a terminal pleasant: mistyped words, several files, JSON, pipes, columns, completion.
sphere=$AIRY_SOURCE/data/sphere.cxi banded=$AIRY_SOURCE/data/banded.cxi
say() { s=0; "$@" 2>&1 || s=$?; [ $s = 0 ] || echo "exit $s"; }
say airy senter
say airy zzzz
say airy size "$sphere" --modle sphere
say airy size "$sphere" --zzzz
airy -V | sed 's/ .*//'
airy "$sphere" | sed -n 2p
airy info "$sphere" gone.h5 "$banded" 2>talk.txt | grep -c '^holds' || true
cat talk.txt
# One table of several inputs, the rows of single ones.
airy size -q "$sphere" "$banded" 2>talk.txt | cut -f 2-4 >both.tsv
{ airy size -q "$sphere" | cut -f 1-3; airy size -q "$banded" | cut -f 1-3 | tail -n 1; } 2>talk.txt | cmp - both.tsv
say airy size "$sphere" "$banded" -o x.h5
airy view -q "$sphere" "$banded" -o views
# The same digits in JSON, and what is not known is null.
airy size -q "$sphere" --json 2>talk.txt | python3 -c '
import json, sys
row = json.load(sys.stdin)[0]
print(sorted(row)[:3], row["frame"], abs(row["r_par_nm"] - 55.17) < 0.1)'
# Tables through pipes: the same bytes but for the name in the history.
printf 'x\ty\n' >line.tsv
for i in 1 2 3 4 5 6; do printf '%d\t%d.%d\n' $i $((2 * i)) $((i % 2)) >>line.tsv; done
airy fit line.tsv --model line -o fit.tsv -q >talk.txt 2>&1 || cat talk.txt
airy fit - --model line -o - -q <line.tsv 2>talk.txt | grep -v '^#' >piped.tsv
grep -v '^#' fit.tsv | sed 's/line.tsv/-/' | diff - piped.tsv && echo 'the same through pipes'
say airy score - - </dev/null
# A terminal gets columns with five digits, and a bar that fits it; checked with python's own.
python3 - "$sphere" <<'END'
import fcntl, os, pty, re, struct, subprocess, sys, termios

def on_terminal(*command):
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
    done = subprocess.Popen(command, stdout=side, stderr=side)
    os.close(side)
    text = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError: # how a terminal says that nobody is left
            break
        if not piece:
            break
        text += piece
    done.wait()
    return text.decode()


text = on_terminal("airy", "simulate", "-o", "s", "--pattern", "--delays", "0", "--shots", "40", "--size", "512")
bars = [re.sub("\x1b\\[K", "", line) for line in re.split("[\r\n]+", text) if "%" in line]
print("bars narrower than the terminal:", len(bars) > 0 and max(len(bar) for bar in bars) < 50)
print([line for line in on_terminal("airy", "size", "-q", sys.argv[1]).split("\r\n") if "r_par_nm" in line])
END
# Completion knows commands, options and the words that an option takes.
airy completion bash >bash.sh
bash -c '. ./bash.sh
complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _airy; echo "${COMPREPLY[*]}"; }
complete_line airy cond
complete_line airy size --mod
complete_line airy size --model sph
complete_line airy size --mask run'
airy completion zsh | grep -c compadd
airy completion fish | grep -c 'complete -c airy'
for shell in zsh fish; do
    command -v $shell >/dev/null || continue
    airy completion $shell >script.$shell
    $shell -n script.$shell
done
# In the shells themselves: fish tells what it would offer, zsh is asked through a terminal.
if command -v fish >/dev/null; then
    offers() { fish --no-config -c "source script.fish; complete -C '$1'" | tr '\n' ' '; }
    [ "$(offers 'airy size --model ')" = 'sphere spheroid ' ] || echo "fish: $(offers 'airy size --model ')"
    [ "$(offers 'airy condens')" = 'condense ' ] || echo "fish: $(offers 'airy condens')"
    [ "$(offers 'airy retrieve --ru')" = '--rule ' ] || echo "fish: $(offers 'airy retrieve --ru')"
    offers 'airy size --mask line.t' | grep -q line.tsv || echo "fish: no files"
fi
if command -v zsh >/dev/null; then
    mkdir functions && cp script.zsh functions/_airy
    python3 "$CASE/zsh.py"
fi
say airy completion tcsh
# Words that look like numbers are words in JSON; bytes that are no UTF-8 are none; fit and scan speak it, too.
airy fit line.tsv --model line --json -q | python3 -c 'import json, sys; print(len(json.load(sys.stdin)) > 3)'
for word in 007 "$(printf 'caf\351')"; do
    awk -v OFS='\t' -v of="$word" '{print $0, NR == 1 ? "of" : of}' line.tsv >odd.tsv
    airy fit odd.tsv --model line --by of --json -q | python3 -c '
import json, sys
print(ascii(json.loads(sys.stdin.buffer.read())[0]["of"]))'
done
# Numbers in place of names are a row of their own: nothing is lost.
sed 1d line.tsv >bare.tsv
airy fit bare.tsv --model line -q | grep -P '\tn\t' | cut -f 2-3
say airy kinetics bare.tsv -o no.tsv
