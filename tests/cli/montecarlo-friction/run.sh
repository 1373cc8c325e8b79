# The elastoplastic model at several frictions, and which of them bands at 30 degrees imply; pushes are
# judged by the same data.
printf 'length_nm\tangle_deg\tdirection_deg\n30\t29\t29\n30\t31\t149\n40\t30\t30\n25\t33\t147\n30\t27\t27\n' >one.tsv
printf 'length_nm\tangle_deg\tdirection_deg\n30\t30\t150\n35\t32\t32\n30\t28\t152\n' >two.tsv
small="--cells 40 --sweeps 30 --snapshots 2 --runs 4 -q"
airy montecarlo --model elastoplastic --frictions 0,30 $small -t 1 -o one.h5 one.tsv two.tsv >one
airy montecarlo --model elastoplastic --frictions 0,30 $small -t 3 -o three.h5 one.tsv two.tsv >three
cmp one three
head -n 1 one
awk 'NR == 2 || NR == 3 { print $1, ($13 < 1 ? "near" : "far"), ($14 > 0.05 ? "not rejected" : "rejected") }' one
grep -o '# under compression, these angles imply a friction of 30 deg' one
airy montecarlo $small -o pushes.h5 one.tsv two.tsv | cut -f 1,2 
printf 'length_nm\tangle_deg\tdirection_deg\n' >none.tsv
airy montecarlo --model elastoplastic $small -o x.h5 none.tsv || true
airy montecarlo --model elastoplastic --frictions 30,20 -o x.h5
