# SPDX-License-Identifier: GPL-3.0-or-later
# A particle that is no spheroid: an octahedron seen along an axis. Its image is followed, and the steps
# that take a spheroid off say that it is none. The object is an array of NumPy's that awk writes.
{
    printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (160, 160), }"
    awk 'BEGIN {
        for (i = 0; i < 160 * 160; i++) {
            y = int(i / 160) - 80; x = i % 160 - 80
            u = (0.9 * x + 0.43589 * y) / 25; v = (0.9 * y - 0.43589 * x) / 21
            u = u < 0 ? -u : u; v = v < 0 ? -v : v
            height = 1 - (u > v ? u : v)
            if ((x - 6) ^ 2 + (y + 3) ^ 2 < 25) height *= 0.7
            n = int(1 + 120 * height)
            printf("%c", height <= 0 ? 32 : n == 32 ? 33 : n)
        }
    }' | tr ' ' '\000'
} >octahedron.npy
airy simulate -q --pattern --object octahedron.npy --object-pixel 2.2 --size 256 --photons 3e6 --seed 3 --beamstop 3 \
    -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi
airy retrieve condensed.cxi -q -o recon.h5 --starts 2 --iterations 20 --generations 1 -s 5 --groups 1 --islands 1 \
    --rivals 2 --members 3 --children 2 --descent-steps 5 --resampled 2 >table 2>talk
airy average recon.h5 -q -o image.cxi >table 2>talk
airy difference image.cxi -o diff.h5 2>talk | grep search_body
grep -o "no spheroid (search_body 2)" talk
airy bands diff.h5 -o bands.h5 2>&1 >table | grep -o "no spheroid (search_body 2)"
for file in recon.h5 image.cxi diff.h5; do
    airy info $file | grep -o "search_body .*" | tr -s ' '
done
