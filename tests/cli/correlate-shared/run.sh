# A measured movie and scikit-beam's test, against numbers that others computed.
[ -d "${SHARED_DATA-}/glass" ] || { echo "no sample files" >&2; exit 77; }
movie=$SHARED_DATA/glass/xpcs-movie.h5 tiny=$SHARED_DATA/glass/xpcs-tiny.h5
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
for k in small dense events; do
    airy correlate $movie:/frames --roi $movie:/ring_mask --period 1 --kernel $k -o $k.h5 -q >/dev/null
done
airy correlate $movie:/frames --roi $movie:/ring_mask --period 1 --normalise mean -o mean.h5 -q >/dev/null
airy correlate $movie:/frames --roi $movie:/ring_mask --period 1 --flat mean -o flat.h5 -q >/dev/null
airy correlate $tiny:/frames --roi $tiny:/roi --period 1 -o tiny.h5 -q >/dev/null
# Errors as they would be if points were independent, which others state; and by parts of the pixels.
for parts in off auto; do
    airy fit small-g2.tsv --model kww2 --x delay_s --y g2 --range 1:80 --parts $parts -o $parts.tsv -q >/dev/null
    grep -v '^#' $parts.tsv | awk -F '\t' '$2 ~ /baseline|contrast|tau|beta|parts/ { printf "%s %.4g %.2g\n", $2, $3, $4 }'
done
MOVIE=$movie TINY=$tiny $python - <<'P'
import h5py, numpy as np, os
movie, tiny = h5py.File(os.environ["MOVIE"]), h5py.File(os.environ["TINY"])
near = lambda a, b, tol, what: print(what, "ok" if np.all(np.abs(np.asarray(a) - b) <= tol) else f"{a} not {b}")
g2 = lambda name: h5py.File(name)["entry/data/g2"][:, 0]
lags = np.array([1, 2, 5, 10, 20, 50, 90])
near(g2("small.h5")[lags - 1], [1.29010, 1.28713, 1.27689, 1.26456, 1.24270, 1.20406, 1.18215], 1e-5, "g2")
near(g2("small.h5"), movie["reference/g2"][1:], 1e-12, "every lag")
near(g2("events.h5"), movie["reference/g2"][1:], 1e-12, "every lag of events")
near(g2("dense.h5")[:14], movie["reference/g2"][1:15], 1e-12, "short lags of dense frames")
c = h5py.File("small.h5")["entry/twotime/two_time_corr_func"][0]
near([c[0, 1], c[0, 50], c[10, 60], c[3, 4], c[49, 50]], [1.286839, 1.196721, 1.227446, 1.292796, 1.286134], 1e-6, "C")
near(g2("mean.h5")[0], 1.2918, 1e-4, "by one mean")
near(g2("flat.h5")[lags - 1], [1.05203, 1.04839, 1.03867, 1.02602, 1.00485, 0.97453, 0.97023], 1e-5, "by pixel means")
near(h5py.File("small.h5")["entry/data/baseline"][0], 1.18624, 1e-5, "baseline")
near(h5py.File("tiny.h5")["entry/data/g2"][:].T, tiny["one_time_expected"][:, 1:], 5e-9, "scikit-beam")
P
