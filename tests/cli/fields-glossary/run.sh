# docs/files.md says of each number what the tables of fields in src/ say, and files have these.
"$AIRY_SOURCE/scripts/fields" --check
mkdir copy
cp -r "$AIRY_SOURCE/src" "$AIRY_SOURCE/scripts" "$AIRY_SOURCE/docs" copy
sed -i 's/"after the pump"/"after the laser"/' copy/src/kinetics/shots.c
s=0; copy/scripts/fields --check 2>&1 || s=$?; echo "exit $s"
copy/scripts/fields
copy/scripts/fields --check
diff "$AIRY_SOURCE/docs/files.md" copy/docs/files.md | grep '^[<>]' || true
# The columns of a table of shots are those of the glossary, in its order.
airy simulate -q -o sim --frame-size small --delays 0 --shots 1 --photons 1e4 --bands off -s 1
grep -v '^#' sim/truth.tsv | head -n 1 | tr '\t' '\n' >columns.txt
sed -n '/^### shots.tsv/,/^### truth/s/^| `\([a-z0-9_]*\)`.*/\1/p' "$AIRY_SOURCE/docs/files.md" | cmp - columns.txt
