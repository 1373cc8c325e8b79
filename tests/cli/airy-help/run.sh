# Help, version and completion answer on stdout; a full disk is noticed.
airy | head -1 | grep -q '^airy [0-9]'
airy help | grep -q '  retrieve '
airy --version | grep -q '^airy [0-9.]*[-rc0-9]* ('
airy completion bash >completion.sh
bash -n completion.sh
if [ -w /dev/full ]; then
    if airy help >/dev/full 2>talk.txt; then
        echo "a full disk went unnoticed"
        exit 1
    fi
    grep -q 'writing to standard output failed' talk.txt
fi
