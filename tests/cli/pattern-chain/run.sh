# Mask, bin, center, size and condense an ideal pattern whose truth is known; every step is in the
# history, and twice the same commands give the same bytes.
airy simulate -q --pattern -o p.cxi --size 512 --delays 0 --photons 3e6 -s 4 >/dev/null
chain() {
    airy mask p.cxi -q -o m$1.h5 --circle 20,30,6 --rectangle 200,0,203,511 --polygon 5,5,5,9,9,5 --grow 1
    airy bin p.cxi -q --mask m$1.h5 --factor 2 -o b$1.cxi
    airy center b$1.cxi -q -o c$1.cxi >center$1.tsv
    airy condense c$1.cxi -q -o d$1.cxi
}
chain 1
chain 2
cmp center1.tsv center2.tsv
airy compare d1.cxi d2.cxi >/dev/null
airy mask m1.h5 --show -q | cut -f 2,3
# The center was 256: binned by two, (256 - 1/2) / 2 or one less.
awk 'NR == 2 { print ($2 > 126.6 && $2 < 127.9), ($4 < 0.05), ($6 < 1.2), ($7 > 2 * $6) }' center1.tsv
# The particle of delay 0 has a radius near 55 nm; the rings tell, bands and all.
airy size c1.cxi -q 2>/dev/null | awk 'NR == 2 { print ($2 > 52 && $2 < 58) }'
airy info --no-datasets d1.cxi | grep -c "command: "
