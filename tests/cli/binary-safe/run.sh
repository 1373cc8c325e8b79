# What a visitor's folder or file could do to the program: no library from where one happens to be,
# no writable table of the linker, overruns noticed, no command in a chart's script.
command -v readelf >/dev/null || { echo "no readelf" >&2; exit 77; }
readelf -d "$AIRY" | sed -n 's/.*R\(UN\)\?PATH.*\[\(.*\)\]/:\2:/p' | grep -e :: -e ':\.' && exit 1
readelf -h "$AIRY" | grep -q "Type: *DYN"
readelf -l "$AIRY" | grep -q GNU_RELRO
readelf -d "$AIRY" | grep -q -e BIND_NOW -e "Flags:.*NOW"
readelf -Ws "$AIRY" | grep -q __stack_chk_fail
readelf -Ws "$AIRY" | grep -q __asan_init || readelf -Ws "$AIRY" | grep -q printf_chk
if command -v gnuplot >/dev/null; then
    printf '# airy pixels 2 3\nrow\tcolumn\tphotons\tmask\n0\t0\t1\t0\n0\t1\t2\t0\n1\t0\t3\t0\n1\t2\t4\t0\n' >p.tsv
    airy convert p.tsv p.cxi >/dev/null
    airy view p.cxi -o p.png --title "$(printf "a'\nsystem 'touch made'\n#")" >/dev/null
    airy view p.cxi -o p.svg --font "$(printf "Sans'\nsystem 'touch made'\n#")" >/dev/null || true
    [ ! -e made ]
fi
