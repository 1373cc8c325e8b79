# SPDX-License-Identifier: GPL-3.0-or-later
# A 4M of 64 chips as a CrystFEL geometry: awk -f chips.awk /dev/null >chips.geom
#
# Eight modules, 2 across and 4 down, stacked in the data; chips 2 pixels apart, modules 38 down and
# 17 across, the right column 3 pixels higher; the beam 37.3 and 51.6 pixels off the middle.
BEGIN {
    printf "photon_energy = 9000 eV\nclen = 2.5 m\nres = 13333.333\nadu_per_photon = 1\n"
    printf "data = /data/JF01T08V01/data\ndim0 = %%\ndim1 = ss\ndim2 = fs\n"
    for (m = 0; m < 8; m++)
        for (chip = 0; chip < 8; chip++) {
            across = chip % 4
            down = int(chip / 4)
            x = m % 2 * (1030 + 17) + across * 258 - 1038.5 - 37.3
            y = int(m / 2) * (514 + 38) + (m % 2) * 3 + down * 258 - 1086.5 + 51.6
            name = "m" m "c" chip
            printf "%s/min_fs = %d\n%s/max_fs = %d\n", name, across * 256, name, across * 256 + 255
            ss = m * 512 + down * 256
            printf "%s/min_ss = %d\n%s/max_ss = %d\n", name, ss, name, ss + 255
            printf "%s/fs = +1.0x +0.0y\n%s/ss = +0.0x +1.0y\n", name, name
            printf "%s/corner_x = %.3f\n%s/corner_y = %.3f\n", name, x, name, y
        }
}
