# Raw words to photons: frames chosen, stacked or assembled, and pedestals from dark frames.
airy simulate -q -o run --frame-size small --delays 0,10 --photons 1e5 -s 3
cal="--gain run/gain.h5 --pedestal run/pedestal.h5 --energy 9000"
airy calibrate -q run/raw.h5 $cal -o all.h5
airy info --no-datasets all.h5 | grep -e ^holds -e ^energy -e ^distance -e '^  missing' -e '^  wide' -e '^  edge'
airy calibrate -q run/raw.h5 $cal --frames 1 --beam 545,592 --distance 2 -o one.h5
airy info --no-datasets one.h5 | grep -e ^holds -e ^distance -e ^center
airy calibrate -q run/raw.h5 run/raw.h5 $cal --geometry none --wide keep --no-mask-edges --round -o stack.h5
airy info --no-datasets stack.h5 | grep ^holds
airy info --replay one.h5
airy calibrate -q --make-pedestal run/raw.h5 -o p.h5
airy info p.h5 | grep -e '  /gains'
