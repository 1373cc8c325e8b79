# One mask from all frames of a run: the camera knows its own bad pixels, the beam stop is
# found in the mean, and nothing else is (the rim of the stop is where a naive limit would fail).
airy simulate -q -o run --frame-size small --delays 0,5 --shots 2 --photons 1e6 -s 9
cal="--gain run/gain.h5 --pedestal run/pedestal.h5 --energy 9000"
airy mask --run run/raw.h5 $cal --show -q -o mask.h5 | cut -f 1-3
airy mask --run run/raw.h5 $cal --show -q --run-hot 0 --run-dead 0 --noisy 0 --shadow 0 | cut -f 2,3
# The same from photons; the mask serves as one.
airy calibrate -q run/raw.h5 $cal -o photons.h5
airy mask --run photons.h5 -q --circle 100,100,5 -o other.h5 --show | grep -e shadowed -e bad | cut -f 2,3
airy bin -q run/raw.h5 $cal --frames 0 --mask mask.h5 -o binned.cxi
airy mask photons.h5 photons.h5 --show 2>talk.txt || { echo "exit $?"; cat talk.txt; }
