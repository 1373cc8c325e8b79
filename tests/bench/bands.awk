# SPDX-License-Identifier: GPL-3.0-or-later
# Bands found in a series against the bands put into it.
#
#   awk -f bands.awk bands.tsv truth.tsv shots.tsv SERIES/shot-*/branches.tsv
#
# In this order. A found branch is a true band where more than
# half of the true line lies within 3/4 of its width of the found chord and the two run within 25
# degrees; each image may be turned by 180 degrees, whichever fits more of it.
BEGIN { FS = "\t"; PI = atan2(0, -1) }
/^#/ { next }
FNR == 1 || header != FILENAME {
    header = FILENAME
    split("", col)
    for (i = 1; i <= NF; i++) col[$i] = i
    kind = ++files == 1 ? "bands" : files == 2 ? "truth" : files == 3 ? "shots" : "found"
    if (kind == "found") {
        match(FILENAME, /shot-[0-9]+/)
        shot = substr(FILENAME, RSTART + 5, RLENGTH - 5) + 0
    }
    next
}
kind == "bands" {
    s = $col["shot"] + 0; k = ++nt[s]
    for (c in col) t[s, k, c] = $col[c]
    next
}
# A plain particle has no share.
kind == "truth" { if ($col["a_low_nm2"] > 0) true_low[$col["shot"] + 0] = $col["a_low_nm2"] / $col["a_total_nm2"]; next }
kind == "shots" {
    s = $col["shot"] + 0; shots[++n] = s
    low[s] = $col["low_fraction"]
    err[s] = ("low_fraction_err" in col) ? $col["low_fraction_err"] : "nan"
    share[s] = $col["fraction_20_40"]
    next
}
kind == "found" {
    k = ++nf[shot]
    for (c in col) f[shot, k, c] = $col[c]
}
function fold(a) { a = a % 180; if (a < 0) a += 180; return a > 90 ? 180 - a : a }
function direction(x0, y0, x1, y1) { return atan2(y1 - y0, x1 - x0) * 180 / PI }
# Share of the line a that lies within reach of the line b, with b turned by sign.
function overlap(ax0, ay0, ax1, ay1, bx0, by0, bx1, by1, reach,    i, x, y, dx, dy, q, u, near) {
    dx = bx1 - bx0; dy = by1 - by0; q = dx * dx + dy * dy; near = 0
    for (i = 0; i <= 20; i++) {
        x = ax0 + i / 20 * (ax1 - ax0) - bx0; y = ay0 + i / 20 * (ay1 - ay0) - by0
        u = q > 0 ? (x * dx + y * dy) / q : 0
        u = u < 0 ? 0 : u > 1 ? 1 : u
        near += sqrt((x - u * dx) ^ 2 + (y - u * dy) ^ 2) < reach
    }
    return near / 21
}
# Best true band of each found branch; both for one orientation of the image. The sum of overlaps.
function pair(s, sign,    i, k, o, best, sum, turned) {
    sum = 0
    for (k = 1; k <= nt[s]; k++) hit[k] = 0
    for (i = 1; i <= nf[s]; i++) {
        best = 0.5; of[i] = 0
        for (k = 1; k <= nt[s]; k++) {
            o = overlap(t[s, k, "x0_nm"], t[s, k, "y0_nm"], t[s, k, "x1_nm"], t[s, k, "y1_nm"],
                sign * f[s, i, "x0_nm"], sign * f[s, i, "y0_nm"], sign * f[s, i, "x1_nm"], sign * f[s, i, "y1_nm"],
                0.75 * t[s, k, "width_nm"])
            turned = fold(direction(t[s, k, "x0_nm"], t[s, k, "y0_nm"], t[s, k, "x1_nm"], t[s, k, "y1_nm"]) - \
                direction(f[s, i, "x0_nm"], f[s, i, "y0_nm"], f[s, i, "x1_nm"], f[s, i, "y1_nm"]))
            if (o > best && turned < 25) { best = o; of[i] = k }
        }
        if (of[i]) { sum += best; hit[of[i]] = hit[of[i]] ? hit[of[i]] : i }
    }
    return sum
}
function sorted_at(a, m, q) { return a[int(q * (m - 1) + 0.5) + 1] }
function sort(a, m,    i, j, v) { for (i = 2; i <= m; i++) { v = a[i]; for (j = i - 1; j > 0 && a[j] > v; j--) a[j + 1] = a[j]; a[j + 1] = v } }
END {
    for (j = 1; j <= n; j++) {
        s = shots[j]
        turned = pair(s, -1) > pair(s, 1) ? -1 : 1
        pair(s, turned)
        for (i = 1; i <= nf[s]; i++) { found++; false_bands += !of[i]; if (!of[i]) false_length += f[s, i, "length_nm"] }
        for (k = 1; k <= nt[s]; k++) {
            deep = t[s, k, "depth"] >= 0.2; bands++; deep_bands += deep
            length_true += t[s, k, "length_nm"]; in_true += t[s, k, "length_nm"] * (t[s, k, "angle_deg"] >= 20 && t[s, k, "angle_deg"] <= 40)
            if (!hit[k]) { if (verbose) print "missed: shot", s, "band", k, "depth", t[s, k, "depth"], "width", t[s, k, "width_nm"]; continue }
            hits++; deep_hits += deep
            angle[hits] = f[s, hit[k], "angle_deg"] - t[s, k, "angle_deg"]; angle[hits] = angle[hits] < 0 ? -angle[hits] : angle[hits]
            if (deep) deep_angle[deep_hits] = angle[hits]
            lengths += f[s, hit[k], "length_nm"] / t[s, k, "length_nm"]
        }
        for (i = 1; i <= nf[s]; i++) { l = f[s, i, "length_nm"]; length_found += l; in_found += l * (f[s, i, "angle_deg"] >= 20 && f[s, i, "angle_deg"] <= 40) }
        if (s in true_low) { d = low[s] - true_low[s]; m++; bias += d; square += d * d; if (err[s] + 0 > 0) { p = d / err[s]; pulls++; pull += p; pull2 += p * p; error += err[s]; inside += p * p < 1 } }
    }
    OFS = "\t"; print "quantity", "value"
    print "shots", n; print "true_bands", bands + 0; print "found_bands", found + 0
    if (bands) {
        sort(angle, hits); sort(deep_angle, deep_hits)
        print "detected_share", (hits + 0) / bands
        print "deep_bands", deep_bands + 0
        if (deep_bands) print "deep_detected_share", deep_hits / deep_bands
        if (hits) { print "angle_error_median_deg", sorted_at(angle, hits, 0.5); print "angle_error_90_deg", sorted_at(angle, hits, 0.9) }
        if (deep_hits) print "deep_angle_error_median_deg", sorted_at(deep_angle, deep_hits, 0.5)
        if (hits) print "length_ratio", lengths / hits
        print "true_fraction_20_40", in_true / length_true
    }
    if (length_found) print "found_fraction_20_40", in_found / length_found
    print "false_bands_per_shot", false_bands / n; print "false_length_nm_per_shot", false_length / n
    if (m) { print "low_fraction_bias", bias / m; print "low_fraction_rms", sqrt(square / m) }
    if (pulls) { print "low_fraction_error", error / pulls; print "pull_mean", pull / pulls; print "pull_rms", sqrt(pull2 / pulls); print "inside_one_error", inside / pulls }
}
