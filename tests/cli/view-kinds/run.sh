# Every kind of file becomes a picture of the size asked for, the same for the same file; the script is kept.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
airy montecarlo --runs 1 --sweeps 2 --snapshots 2 --cells 24 -o mc.h5 -q >/dev/null
airy view mc.h5 -o a.png --size 400
airy view mc.h5 -o b.png --size 400 --keep-script kept
cmp a.png b.png
od -An -tu1 -j16 -N8 a.png | awk '{ print $3 * 256 + $4 }'
[ -s kept/figure.svg ] && [ -s kept/image-1.f32 ]
(cd kept && gnuplot figure.gp)
airy view mc.h5 -o sheet.svg --what sheet
grep -c "</svg>" sheet.svg
printf 'quantity\tmodel\tparameter\tvalue\tlow\thigh\tunit\n' >kinetics.tsv
printf 'r_par\tdelay\t%s ps\t%s\tnan\tnan\tnm\n' 0 55 5 61 10 62 >>kinetics.tsv
airy view kinetics.tsv -o curves.pdf
head -c 4 curves.pdf
echo
ls -A | sort
printf 'q_inv_a\tintensity\tsigma\tsigma_systematic\tpixels\n1\t5\t1\tnan\t9\n2\t7\t1\tnan\t9\n' >iq.tsv
printf 'r_a\tg\tsigma\tsystematic\n1\t-1\t0.1\t0.3\n2\t2\t0.1\tnan\n3\t1\tnan\t0.2\n' >gr.tsv
for f in iq gr; do
    airy view $f.tsv -o $f.svg
    grep -c '</svg>' $f.svg
done
