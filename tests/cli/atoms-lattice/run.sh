# Lattices as simulate knows them: order, cells, and an icosahedron, turned about; exit 2 for wrong usage.
# The edges of sc's cells lie in the planes of four neighbours: digits of a text decide where they break.
for kind in fcc hcp bcc sc icosahedron; do
    airy simulate --preset lattice --lattice $kind --cells 3 --rotate -s 7 -o $kind -q
    airy atoms $kind/trajectory.lammpstrj -o $kind/atoms.h5 --measure order,voronoi --cutoff 2.9 -q >/dev/null
    grep -v '^#' $kind/truth.tsv | awk -F '\t' -v kind=$kind -v table=$kind/order.tsv '
        { truth[$1] = $2 }
        END {
            while ((getline line <table) > 0) {
                if (line ~ /^#/) continue
                split(line, c, "\t")
                if (!(1 in name)) { for (i in c) name[i] = c[i]; continue }
                if (n++) continue
                for (i in c) found[name[i]] = c[i]
            }
            for (q in truth) {
                if (truth[q] == "nan") { worst = found[q] == "nan" ? worst : 1; continue }
                d = found[q] - truth[q]; d = d < 0 ? -d : d
                if (q == "volume_a3") d /= truth[q]
                worst = d > worst ? d : worst
            }
            print kind, kind == "sc" ? "-" : found["index"], worst < 1e-6 ? "as known" : "off by " worst
        }'
done
airy simulate --preset lattice --vacancies 0.2 --noise 0.1 -o holes -q
airy atoms holes/trajectory.lammpstrj -o holes/atoms.h5 --l 6,2,12 --weight area --average --measure order -q | cut -f 2 | head -n 3
grep -v '^#' holes/order.tsv | head -n 1
try() { airy "$@" 2>talk && echo "it should have failed" || echo "exit $?: $(sed 's/^airy [a-z]*: //' talk)"; }
try simulate --preset lattice --lattice diamond -o x
try simulate --preset walk --beta 2 -o x
try simulate --preset lattice -o holes
