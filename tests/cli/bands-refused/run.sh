# SPDX-License-Identifier: GPL-3.0-or-later
# Wrong files give one sentence and exit 1, wrong options exit 2, and no output is left behind.
airy simulate -q --pattern --size 64 --delays 0 --photons 1e5 -s 4 -o pattern.cxi --truth truth.h5
head -c 3000 truth.h5 >cut.h5
echo words >text.h5
for command in average difference bands; do
    for file in absent.h5 cut.h5 text.h5; do
        status=0
        airy $command $file -o out.h5 >out.txt 2>talk.txt || status=$?
        echo "$command $file: exit $status, $(wc -l <talk.txt) line, $(wc -c <out.txt) bytes"
        grep -q "$file" talk.txt || cat talk.txt
        [ ! -e out.h5 ] || echo "out.h5 is left"
    done
done
status=0; airy bands truth.h5 -o out.h5 2>talk.txt || status=$?
echo "bands of an image: exit $status"; grep -c "airy difference" talk.txt
status=0; airy average truth.h5 -o out.h5 --ring-table rings.tsv 2>talk.txt || status=$?
echo "rings without a pattern: exit $status"; cat talk.txt
echo kept >kept.tsv
for command in "average --ring-table" "bands --tsv"; do
    # shellcheck disable=SC2086 # two words
    set -- $command
    status=0; airy "$1" truth.h5 -o out.h5 "$2" kept.tsv 2>talk.txt || status=$?
    echo "$command on a file that is there: exit $status"; cat talk.txt kept.tsv
    status=0; airy "$1" truth.h5 -o out.h5 "$2" ./out.h5 2>talk.txt || status=$?
    echo "$command on the output: exit $status"; cat talk.txt
done
for wrong in "average --best 0" "difference --model cube" "bands --rule steep" "bands --threshold -1"; do
    # shellcheck disable=SC2086 # two words
    set -- $wrong
    status=0; airy "$1" truth.h5 -o out.h5 "$2" "$3" >out.txt 2>talk.txt || status=$?
    echo "$wrong: exit $status"
done
[ ! -e out.h5 ] || echo "out.h5 is left"
