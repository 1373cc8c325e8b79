# What cannot be calibrated is refused with one sentence.
airy simulate -q -o run --frame-size small --delays 0 --photons 1e5
try() { airy calibrate "$@" -q -o out.h5 2>talk.txt && echo "it should have failed" || echo "exit $?"; cat talk.txt; }
try run/raw.h5 --energy 9000
try run/raw.h5 --gain run/gain.h5 --pedestal absent.h5 --energy 9000
try run/raw.h5 --gain run/gain.h5 --pedestal run/pedestal.h5 --frames 3:4
try run/raw.h5 --gain run/gain.h5 --pedestal run/pedestal.h5 --frames 2:1
try run/raw.h5 --gain run/gain.h5 --pedestal run/pedestal.h5 --beam 1
echo 'a/min_fs = 0' >bad.geom
try run/raw.h5 --gain run/gain.h5 --pedestal run/pedestal.h5 --geometry bad.geom
head -c 1000000 run/raw.h5 >cut.h5
airy calibrate cut.h5 --gain run/gain.h5 --pedestal run/pedestal.h5 -q -o out.h5 2>talk.txt || echo "exit $?"
grep -c cut.h5 talk.txt
[ ! -e out.h5 ]
