# Pictures of atoms: each kind is recognised or asked for, and refused where the file has nothing of it.
airy simulate --preset walk --walk cage --wait 3 --atoms 200 --frames 30 --box 15 -o walk -q
# a title that is wider than its picture gets smaller letters, of panels too, and is not cut
letters() { sed -n '/font-size/{s/.*font-size="\([0-9]*\).*/\1/;h};/<tspan[^>]*>'"$1"'/{g;p;q}' $2; }
long="Cage walkers of one kind at 800 K, wait 3 ps, box 15 A, seed 0: a title of some length"
airy atoms walk/trajectory.lammpstrj --drift kept --measure msd,isf,overlap,vanhove,gr,sq,order,strings --q-max 3 -o atoms.h5 -q >/dev/null 2>&1
for kind in msd isf overlap vanhove distinct order strings; do
    airy view atoms.h5 --what $kind -o $kind.svg
    grep -c '<svg' $kind.svg
done
for kind in msd overlap; do
    airy view atoms.h5 --what $kind -o $kind-long.svg --title "$long"
    airy view atoms.h5 --what $kind -o $kind-short.svg --title Cage
    [ $(letters Cage $kind-long.svg) -lt $(letters Cage $kind-short.svg) ] && echo "$kind: smaller"
done
# of one type there is nothing to say beside all
grep -c '<title>' isf.svg
airy view atoms.h5 -o itself.svg
cmp itself.svg msd.svg
for table in msd isf overlap vanhove distinct gr sq; do airy view $table.tsv -o $table-table.svg; done
grep -o 'took a place' strings.svg | head -n 1
grep -o 'mean squared displacement[^<]*' msd-table.svg | head -n 1
airy atoms walk/trajectory.lammpstrj --measure gr -o pairs.h5 -q >/dev/null
airy view pairs.h5 --what msd -o x.svg 2>&1 && exit 1
airy view msd.tsv --what strings -o x.svg 2>&1 && exit 1
ls x.svg 2>/dev/null || true
