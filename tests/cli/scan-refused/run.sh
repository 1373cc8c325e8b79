# Wrong shapes, rings and maps: one sentence each.
head -c 8192 /dev/zero >zeros.u2
airy scan zeros.u2 --shape 4,2,2,16,16 --ring 2:5 -o s.h5 2>&1 | grep -v warning || :
airy scan zeros.u2 --shape 4,4,4,8,8 --ring 2:3 -o s.h5 2>&1 | grep -v warning || :
airy scan zeros.u2 --shape 4,4,4,8 --ring 2:3 -o s.h5 2>&1 || :
airy scan zeros.u2 --shape 4,4,4,8,8 --axes t,y,x,ky --ring 2:3 -o s.h5 2>&1 || :
airy scan zeros.u2 --shape 4,2,2,16,16 --ring 20:30 -o s.h5 2>&1 | grep -v warning || :
airy scan zeros.u2 --shape 4,2,2,16,16 --type u3 --ring 2:5 -o s.h5 2>&1 || :
airy scan zeros.u2 --shape 4,2,2,16,16 --region 0:9,0:2 --ring 2:5 -o s.h5 2>&1 | grep -v warning || :
airy scan zeros.u2 --shape 4,2,2,16,16 -o s.h5 2>&1 || :
airy relate a.h5:tau 2>&1 || :
airy relate a.h5:tau b.h5:v 2>&1 || :
ls
