# A Lennard-Jones liquid run by LAMMPS: its own MSD, g(r) and order parameters against ours, to the digits
# of the dump; and its Voronoi volumes where it has voro++.
command -v lmp >/dev/null || { echo "no lmp: LAMMPS is not installed" >&2; exit 77; }
cat >in.lj <<'END'
units lj
atom_style atomic
lattice fcc 0.8442
region box block 0 5 0 5 0 5
create_box 1 box
create_atoms 1 box
mass 1 1.0
velocity all create 1.44 87287 loop geom
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
neighbor 0.3 bin
timestep 0.005
fix 1 all nve
run 400
reset_timestep 0
compute order all orientorder/atom degrees 2 4 6 cutoff 1.5 nnn NULL wl/hat yes
compute msd all msd com yes
compute rdf all rdf 100 cutoff 2.4
comm_modify cutoff 3.0
compute cell all voronoi/atom
fix m all ave/time 20 1 20 c_msd[4] file msd.txt
fix r all ave/time 20 11 220 c_rdf[*] file rdf.txt mode vector
dump d all custom 20 run.lammpstrj id type xs ys zs ix iy iz c_order[1] c_order[2] c_order[3] c_order[4] c_cell[1] c_cell[2]
dump_modify d sort id format float %.12g
run 220
END
lmp -in in.lj >log.txt 2>&1 || { sed -i '/voronoi/d; s/ c_cell.*//' in.lj; lmp -in in.lj >log.txt 2>&1; } || { tail -n 5 log.txt >&2; exit 77; }
airy atoms run.lammpstrj --timestep 0.005 --measure msd,gr,order --per-decade 0 --cutoff 1.5 --r-max 2.4 --r-bin 0.024 \
    --frames 0:12 -o order.h5 -q >/dev/null
airy atoms run.lammpstrj --timestep 0.005 --measure order --frames 0:12 -o cells.h5 -q >/dev/null
python3 - <<'END'
def table(path):
    rows = [l.rstrip("\n").split("\t") for l in open(path) if not l.startswith("#")]
    return [dict(zip(rows[0], r)) for r in rows[1:]]

frames, atoms = [], None
for line in open("run.lammpstrj"):
    if line.startswith("ITEM: ATOMS"):
        atoms = []
        frames.append(atoms)
    elif line.startswith("ITEM:"):
        atoms = None
    elif atoms is not None:
        atoms.append([float(x) for x in line.split()])
last = frames[11]
order = table("order-order.tsv")
names = ["q4", "q6", "w4_hat", "w6_hat"]
worst = max(abs(float(o[n]) - a[8 + k]) for o, a in zip(order, last) for k, n in enumerate(names))
print("q4, q6, w4, w6 as LAMMPS:", "yes" if worst < 1e-9 else worst)
if len(last[0]) > 12:
    cells = table("cells-order.tsv")
    worst = max(abs(float(o["volume_a3"]) - a[12]) for o, a in zip(cells, last))
    faces = sum(int(float(o["neighbours"])) != int(a[13]) for o, a in zip(cells, last))
    print("volumes as LAMMPS:", "yes" if worst < 1e-8 else worst, "and", faces, "other face counts")
END
airy atoms run.lammpstrj --timestep 0.005 --measure gr --r-max 2.4 --r-bin 0.024 --frames 1:12 -o gr.h5 -q >/dev/null
grep '^[0-9]* [0-9.e-]* [0-9.e-]* [0-9.e-]*$' rdf.txt | tail -n 100 | awk '{ print $3 }' >lammps-g
grep -v '^#' gr-gr.tsv | tail -n +2 | cut -f 2 >airy-g
paste lammps-g airy-g | awk '{ d = $1 - $2; d = d < 0 ? -d : d; worst = d > worst ? d : worst } END { print NR, "bins of g(r)", worst < 2e-5 ? "as LAMMPS" : "off by " worst }'
# the MSD from the first frame: the longest lag has one origin
tail -n 1 msd.txt | awk '{ print $2 }' >lammps-msd
grep -v '^#' order-msd.tsv | awk -F '\t' '$2 == "all" { m = $3 } END { print m }' >airy-msd
paste lammps-msd airy-msd | awk '{ d = ($1 - $2) / $1; d = d < 0 ? -d : d; print "MSD", d < 2e-6 ? "as LAMMPS" : "off by " d }'
