# The least error that photons allow lies between that of the even and of the odd part, and falls
# with the photons, at most as one over their root: what is known of the body does not change.
for photons in 1e5 1e7; do
    airy simulate -q --pattern --size 48 --delays 0 --shots 1 --photons $photons -s 3 -o p.h5 -f
    airy retrieve -q p.h5 --search projections --support circle:8 --starts 2 --iterations 20 --generations 1 -s 1 -o r.h5 -f \
        >talk 2>&1
    airy polish -q r.h5 --raw p.h5 --descent-steps 3 --resampled 0 --bound-draws 6 -t 1 -o q.h5 -f >talk
    airy info q.h5 | awk '/bound_(even|l2|odd)/ { print $3 }' | tr '\n' ' '
    echo
done >bounds
awk '{ print (($1 - $2) * ($2 - $3) > 0), ($1 > 0 && $1 < 1 && $3 > 0 && $3 < 1) } NR == 1 { l2 = $2 }
    END { print ($2 < l2 / 2), ($2 > l2 / 12) }' bounds
