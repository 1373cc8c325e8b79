# The commands of docs/tutorial.md, as they stand there; what takes minutes is for `tutorial-all`.
[ -n "${SHARED_DATA-}" ] && [ -e "$SHARED_DATA/au-nanorod.h5" ] || { echo "no au-nanorod.h5: skipped" >&2; exit 77; }
cp "$SHARED_DATA/au-nanorod.h5" .
exec python3 "$CASE/page.py" "$AIRY_SOURCE/docs/tutorial.md" ${TUTORIAL-}
