# Other people's programs find what to plot, its axes, units and titles: h5py, and silx where it is.
python=/usr/bin/python3
$python -c 'import h5py' 2>talk.txt || { echo "no h5py: skipped" >&2; exit 77; }
airy center -q "$AIRY_SOURCE/data/sphere.cxi" -o pattern.cxi >talk.txt
airy retrieve -q "$AIRY_SOURCE/data/sphere.cxi" --search projections --starts 4 --iterations 60 --generations 1 --keep 2 -o recon.h5 >talk.txt
airy average -q recon.h5 --best 2 -o image.cxi >talk.txt 2>&1
airy difference -q image.cxi -o diff.h5 >talk.txt 2>&1
cat >plot.py <<'END'
import sys
import h5py
import numpy

for name in sys.argv[1:]:
    with h5py.File(name, "r") as file:
        text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
        group = file
        while "default" in group.attrs: # NeXus: from the root to what is to be plotted
            group = group[text(group.attrs["default"])]
        assert text(group.attrs["NX_class"]) == "NXdata", name
        data = group[text(group.attrs["signal"])]
        axes = [text(axis) for axis in group.attrs["axes"]]
        assert len(axes) == data.ndim, (name, axes, data.shape)
        told = []
        for k, axis in enumerate(axes):
            if axis == ".":
                told.append(".")
                continue
            assert group[axis].shape == (data.shape[k],), name
            steps = numpy.diff(group[axis][...])
            assert steps.min() > 0 and numpy.allclose(steps, steps[0])
            told.append(f"{axis} {steps[0]:.4g} {text(group[axis].attrs['units'])}")
        print(name, text(data.attrs["long_name"]), "|", ", ".join(told))
END
$python plot.py pattern.cxi recon.h5 image.cxi diff.h5
# q of a pixel: 2 pi over the object pixel times the side, as `airy info` has beam and pixels.
if $python -c 'import silx.io.nxdata' 2>talk.txt; then
    $python -c '
import silx.io
from silx.io import nxdata
for name in ("pattern.cxi", "image.cxi", "diff.h5"):
    with silx.io.open(name) as file:
        found = nxdata.get_default(file)
        assert found is not None and found.is_valid, name
        assert found.signal.ndim == 2 and all(axis is not None for axis in found.axes), name'
fi
# FITS as astropy reads it, where it is.
airy convert -q pattern.cxi pattern.fits
if $python -c 'import astropy.io.fits' 2>talk.txt; then
    $python -c '
from astropy.io import fits
import numpy
with fits.open("pattern.fits") as file:
    assert file[0].data.shape == (128, 128) and numpy.nansum(file[0].data) > 9e6'
fi
