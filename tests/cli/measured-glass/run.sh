# Every number of docs/measured/glass.md that a command makes is the one that stands there.
[ -d "${SHARED_DATA-}/glass" ] || { echo "no sample data" >&2; exit 77; }
sh "$AIRY_SOURCE/docs/measured/glass.sh" "$SHARED_DATA" >numbers
[ "$(wc -l <numbers)" -gt 15 ] || echo "only $(wc -l <numbers) numbers"
while IFS= read -r line; do
    grep -q -x -F -e "    $line" "$AIRY_SOURCE/docs/measured/glass.md" || echo "not in the page: $line"
done <numbers
