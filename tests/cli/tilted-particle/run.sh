# SPDX-License-Identifier: GPL-3.0-or-later
# A particle that does not lie along the polarisation: body and outline lie as it does, sizes along
# and across the polarisation are its extents there.
airy simulate -q --pattern --size 384 --delays 10 --photons 1e7 -s 5 --polarization 35 -o pattern.cxi --truth truth.h5
airy difference truth.h5 --model spheroid -o turned.h5 2>talk >turned
grep -o "the particle lies at 3[45][.0-9]* degrees, not at 0" talk | sed 's/3[45][.0-9]*/about 35/'
airy difference truth.h5 --model spheroid --polarization 35 -o along.h5 -q >along
awk '{ of[FILENAME $1] = $2 } function near(a, b, most) { return a - b < most && b - a < most }
    END {
        print "axis", near(of["turnedbody_axis_deg"], 35, 1), of["alongbody_axis_deg"]
        print "radii", near(of["turnedbody_radius_par_nm"], of["alongbody_radius_par_nm"], 0.1),
            near(of["turnedbody_radius_perp_nm"], of["alongbody_radius_perp_nm"], 0.1)
        print "low share", near(of["turnedlow_fraction"], of["alonglow_fraction"], 0.01)
        a = of["alongbody_radius_par_nm"]; b = of["alongbody_radius_perp_nm"]; c = cos(70 * 3.14159265 / 180)
        print "extents", near(of["turnedradius_par_nm"], sqrt((a * a + b * b + (a * a - b * b) * c) / 2), 1),
            near(of["turnedradius_perp_nm"], sqrt((a * a + b * b - (a * a - b * b) * c) / 2), 1)
    }' turned along
airy bands turned.h5 -o bands.h5 --turns 0 --isotropic 0 2>&1 >table | grep -c "angles count from 0 degrees"
airy condense pattern.cxi -q -o condensed.cxi
airy retrieve condensed.cxi -o recon.h5 --starts 1 --iterations 10 --generations 1 --groups 1 --islands 1 \
    --rivals 0 --members 2 --children 2,2,2 --descent-steps 2 --resampled 0 2>talk >table
grep -o "outline lies at 3[3-7][.0-9]* degrees, not at 0: aspect 1[.]0" talk | sed 's/3[3-7][.0-9]*/about 35/'
