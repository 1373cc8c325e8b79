# A file of parameters: what --print-params wrote changes nothing, the command line wins, a name that
# is no option or a number without a value is wrong usage.
airy simulate --preset nib110 --pattern --size 64 --delays 0 --shots 1 --photons 1e6 -o ideal.h5 -q
for command in bin mask view; do
    case $command in view) kind=png ;; *) kind=h5 ;; esac
    airy $command --print-params >$command.txt
    airy $command ideal.h5 -o plain.$kind -q -f >talk
    airy $command ideal.h5 --params $command.txt -o again.$kind -q -f >talk
    [ $command = view ] && cmp plain.png again.png || airy compare plain.h5 again.h5 >talk
done
printf 'factor = 4 # cells\n' >four.txt
airy bin ideal.h5 --params four.txt -o four.h5 -q
airy bin ideal.h5 --factor 2 --params=four.txt -o two.h5 -q
airy info four.h5 | grep holds
airy info two.h5 | grep holds
printf 'factor =\n' >empty.txt
airy bin ideal.h5 --params empty.txt -o empty.h5 || [ $? -eq 2 ]
# as editors elsewhere save it; and never one file silently instead of another
printf '\357\273\277factor = 4\r\n' >windows.txt
printf 'factor = 4\r# cells\r' >mac.txt
for f in windows mac; do
    airy bin ideal.h5 --params $f.txt -o four.h5 -q -f
    airy info four.h5 | grep holds
done
airy bin ideal.h5 --params four.txt --params windows.txt -o no.h5 || echo "exit $?"
printf 'faktor = 4\n' >wrong.txt
airy bin ideal.h5 --params wrong.txt -o wrong.h5
