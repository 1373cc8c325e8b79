# What cannot be correlated: one sentence, and what was there stays.
airy simulate --preset speckle -o s --frames 40 --rows 8 --columns 8 -q
try() { airy correlate "$@" 2>&1 | sed 's/^airy correlate: warning:.*$//' | grep -v '^$'; }
echo kept >corr.h5
try s/frames.h5 --roi s/roi.h5 -o corr.h5 || :
cat corr.h5; rm corr.h5
try s/frames.h5 -o corr.h5 || :
try s/frames.h5 --roi s/roi.h5 --frames 3 -o corr.h5 -q || :
try s/frames.h5 --roi s/roi.h5 --frames 50:60 -o corr.h5 || :
try s/frames.h5 --roi missing.h5 -o corr.h5 || :
try s/frames.h5 --rings 0.1:0.01:3 -o corr.h5 || :
try s/frames.h5 --rings 0.01:0.1:3 -o corr.h5 || :
try s/frames.h5 --rings 3:4:3 --distance 4 --pixel 1e-4 --energy 8000 --beam 4,4 -o corr.h5 || :
try s/frames.h5 --roi s/roi.h5 --age-bin 0.5 --period 1 -o corr.h5 || :
try s/frames.h5 --roi s/roi.h5 --steps --period 1 -o corr.h5 -q || :
try s/frames.h5 --roi s/roi.h5 --flat polynomial:7 -o corr.h5 || :
printf 'frame\n99\n' >veto.tsv
try s/frames.h5 --roi s/roi.h5 --veto veto.tsv -o corr.h5 || :
airy simulate --preset speckle -o x --sparse --no-poisson 2>&1 || :
ls
