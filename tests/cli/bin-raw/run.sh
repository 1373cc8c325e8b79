# Raw words straight to cells give the bytes of calibrate and then bin, for any number of threads.
airy simulate -q -o run --frame-size small --delays 0,5,10 --photons 1e6 -s 4
cal="--gain run/gain.h5 --pedestal run/pedestal.h5 --energy 9000"
same() { # the arrays of two files; attributes and history tell how they were made
    for d in data mask mask_binary variance coverage; do
        h5diff "$1" "$2" /entry_1/instrument_1/detector_1/$d || echo "$3: $d differs"
    done
    h5diff "$1" "$2" /entry_1/image_1/image_center || echo "$3: the center differs"
    airy compare "$1" "$2" | grep -e ^same -e ^in_one
}
both() { # calibrate and bin with the options of the one and the other, apart and at once
    airy calibrate -q -f run/raw.h5 $cal --beam 546,592 $1 -o apart.h5 -t 1
    airy bin -q -f apart.h5 $2 -o apart.cxi
    airy bin -q -f run/raw.h5 $cal --beam 546,592 $1 $2 -o once.cxi -t 1
    airy bin -q -f run/raw.h5 $cal --beam 546,592 $1 $2 -o three.cxi -t 3
    same apart.cxi once.cxi "$1 $2"
    same once.cxi three.cxi "$1 $2, threads"
}
both "" "--factor 3"
airy mask -q apart.h5 --circle 590,540,25 --edges 2 -o mask.h5
both "--wide split --threshold 0.7 --round" "--factor 4 --mask mask.h5 --no-align-center --origin-y 2"
airy bin -q run/raw.h5 run/raw.h5 $cal --frames 1:3 --geometry none --factor 2 -o four.cxi
airy info --no-datasets four.cxi | grep ^holds
airy info --replay four.cxi
# A single frame, and what cannot be.
airy bin run/raw.h5 $cal --frames 2 -o one.cxi 2>talk.txt
cat talk.txt
airy bin -q run/raw.h5 -o no.cxi 2>talk.txt || { echo "exit $?"; cat talk.txt; }
airy convert -q one.cxi one.fits >talk.txt
airy bin -q one.fits one.fits -o no.cxi 2>talk.txt || { echo "exit $?"; cat talk.txt; }
airy bin -q run/raw.h5 $cal --mask apart.cxi -o no.cxi 2>talk.txt || { echo "exit $?"; cat talk.txt; }
[ ! -e no.cxi ]
