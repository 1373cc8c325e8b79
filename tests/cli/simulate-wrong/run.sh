# Wrong usage is explained.
try() { airy simulate "$@" 2>talk.txt && echo "it should have failed" || echo "exit $?"; }
try -o d --delays 0,x
try -o d --delays 3,1e12
cat talk.txt
try -o d --beam 3
try -o d --shots 0
try -o d --preset sphere
try -o d --truth t.h5
try --frame-size small
: >file
try -o file --frame-size small
cat talk.txt
[ ! -e d ]
