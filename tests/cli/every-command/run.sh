# The contract that every command keeps: --help works and tells units and defaults, an unknown
# option is wrong usage, a missing input is one sentence, completion and --print-params answer.
commands=$(airy help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 15 ] || { echo "airy help lists too few commands: $commands"; exit 1; }
failed=0
wrong() { echo "airy $1: $2"; failed=1; }

for command in $commands; do
    airy "$command" --help >help.txt 2>talk.txt || wrong "$command" "--help fails"
    [ ! -s talk.txt ] || wrong "$command" "--help talks on stderr"
    grep -q "^usage: airy $command " help.txt || wrong "$command" "--help has no usage line"
    airy help "$command" | cmp -s - help.txt || wrong "$command" "airy help $command differs from --help"
    awk 'length > 160' help.txt | grep -q . && wrong "$command" "--help has endless lines"

    status=0; airy "$command" --no-such-option >out.txt 2>talk.txt || status=$?
    [ $status -eq 2 ] || wrong "$command" "an unknown option gives exit $status, not 2"
    grep -q -e "--no-such-option" talk.txt || wrong "$command" "the unknown option is not named"
    [ ! -s out.txt ] || wrong "$command" "wrong usage prints on stdout"

    airy "$command" --list-options | grep -q -x -e --help || wrong "$command" "--list-options lacks --help"
    airy "$command" --print-params >params.txt || wrong "$command" "--print-params fails"
    airy "$command" --params params.txt --print-params | cmp -s - params.txt ||
        wrong "$command" "--params does not read what --print-params wrote"

    # Every option has its line in the manual: of the command, of one whose options it takes, or of
    # airy itself; and the manual speaks of no others.
    page=$AIRY_SOURCE/docs/man/airy-$command.1.md
    cat "$page" "$AIRY_SOURCE/docs/man/airy.1.md" >known.md
    for other in $(tr '\n' ' ' <"$page" | grep -o 'options of \(a pattern as in \)\{0,1\}[*`]*airy[ -][a-z]*' |
        sed 's/.*airy[ -]//'); do
        cat "$AIRY_SOURCE/docs/man/airy-$other.1.md" >>known.md
    done
    airy "$command" --list-options >options.txt
    while read -r option; do
        case $option in
        --*.*) # of a step: of the command of that name
            step=${option%%.*} && step=${step#--}
            grep -q -e "--\(no-\)\{0,1\}${option#*.}\([^a-z-]\|\$\)" "$AIRY_SOURCE/docs/man/airy-$step.1.md" \
                "$AIRY_SOURCE"/docs/man/airy-calibrate.1.md || wrong "$command" "$option is not in the manual of $step"
            continue ;;
        esac
        grep -q -e "--\(no-\)\{0,1\}${option#--}\([^a-z-]\|\$\)" known.md || wrong "$command" "$option is not in its manual"
    done <options.txt
    for option in $(grep -o '\*\*--[a-z-]*\*\*' "$page" | tr -d '*' | sort -u); do
        grep -q -x -e "$option" -e "--${option#--no-}" options.txt || wrong "$command" "the manual's $option is no option"
    done

    # Commands without an input have their own tests.
    grep -q "^usage: airy $command [A-Z]" help.txt || continue
    status=0; airy "$command" absent.h5 absent2.h5 -o out.h5 >out.txt 2>talk.txt || status=$?
    case $status in
    1 | 2) ;;
    *) wrong "$command" "a missing file gives exit $status" ;;
    esac
    if [ $status -eq 2 ]; then # one input only
        status=0; airy "$command" absent.h5 -o out.h5 >out.txt 2>talk.txt || status=$?
        # ... and no output option either
        [ $status -ne 2 ] || { status=0; airy "$command" absent.h5 >out.txt 2>talk.txt || status=$?; }
    fi
    [ $status -eq 1 ] || [ $status -eq 2 ] || wrong "$command" "a missing file gives exit $status"
    [ "$(wc -l <talk.txt)" -eq 1 ] || wrong "$command" "a missing file gives $(wc -l <talk.txt) lines: $(cat talk.txt)"
    [ ! -e out.h5 ] || wrong "$command" "a failed run left out.h5"
    rm -rf out.h5
done
exit $failed
