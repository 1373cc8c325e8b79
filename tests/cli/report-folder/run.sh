# A folder becomes one page that needs nothing else: pictures inlined, tables escaped, no scripts.
mkdir -p out/shot-2 out/shot-10
printf '\211PNG\r\n\032\n' >out/shot-2/1-pattern.png
printf '\211PNG\r\n\032\n' >out/shot-10/1-pattern.png
printf 'quantity\tvalue\na<b\tnan\n' >out/shot-2/angles.tsv
printf 'R & D\n' >out/kinetics.txt
airy report out -o page.html --title 'Series <1>'
grep -c '<script' page.html || true
grep -o 'src="data:image/png;base64,iVBORw0KGgo="' page.html | wc -l
grep -o '<h1>[^/]*</h1>\|<h2[^/]*</h2>\|<td>[^/]*</td>\|<pre>[^/]*' page.html
grep -o 'figcaption><a href="[a-z0-9/.-]*' page.html
airy report out -o again.html --title 'Series <1>' -q
cmp page.html again.html
mkdir other none
printf 'gate\twhy\nlow\t-\n' >other/gates.tsv
airy report other -o other.html || true
airy report none -o none.html
