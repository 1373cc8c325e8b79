# Ideal patterns: as many as shots, truth beside them, a picture of one's own; the seed matters.
airy simulate -q --pattern -t 1 -o p.cxi --size 128 --delays 0,10 --photons 1e6 -s 2 --truth t.h5
airy info --no-datasets p.cxi | grep -e ^holds -e ^energy -e ^pixel
airy info --no-datasets t.h5 | grep ^holds
airy simulate -q --pattern -o three.cxi --size 128 --delays 0,10 --photons 1e6 -s 2 -t 3 --truth t3.h5
airy compare p.cxi three.cxi >/dev/null
airy compare t.h5 t3.h5 >/dev/null
airy simulate -q --pattern -o other.cxi --size 128 --delays 0,10 --photons 1e6 -s 3
airy compare p.cxi other.cxi >/dev/null || echo "compare says $?"
airy simulate -q --pattern -o again.cxi --object t.h5 --size 128 --photons 1e6 -s 2
airy info --no-datasets again.cxi | grep ^holds
airy simulate -q --pattern -o no.cxi --object p.cxi:/entry_1/data_1/data --size 128 2>talk.txt || echo "exit $?"
grep -c -e --object-pixel talk.txt
