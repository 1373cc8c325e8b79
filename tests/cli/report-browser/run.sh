# The page of a series in a browser (headless Chromium), wide and as on a phone: every picture is
# there and can be drawn, nothing runs or is fetched, nothing sticks out to the right.
command -v chromium >/dev/null || { echo "no chromium here (Debian: chromium)" >&2; exit 77; }
mkdir sim
airy simulate --preset nib110 --pattern --size 256 --delays 0,6,14,20 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n' >sim/series.tsv
for shot in 0 1 2 3; do printf '%d\tideal.h5\t%d\t%d\n' $shot $shot $((6 * shot)); done >>sim/series.tsv
printf '7\tabsent.h5\t0\t6\n' >>sim/series.tsv
airy series sim/series.tsv -o out --bin 1 --search projections --starts 4 --iterations 120 --generations 1 --best 2 --draws 20 -q >talk

# The page with a look at itself at its end, as an element that --dump-dom prints.
cat out/report.html - >looked.html <<"END"
<p id="look"></p>
<script>
addEventListener("load", () => {
    const pictures = [...document.images], body = document.body
    const sticksOut = width => {
        body.style.width = width + "px"
        return body.scrollWidth > body.clientWidth
    }
    document.querySelector("#look").textContent = [
        "pictures", pictures.length, "drawn", pictures.filter(one => one.naturalWidth > 9).length,
        "named", pictures.filter(one => one.alt).length,
        "elsewhere", performance.getEntriesByType("resource").filter(one => !one.name.startsWith("data:")).length,
        "scripts", document.scripts.length - 1,
        "sticks out", sticksOut(1150), sticksOut(358)].join(" ") // of 1200 and 390 pixels
})
</script>
END
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/browser" --enable-logging=stderr \
    --window-size=1200,900 --virtual-time-budget=5000 --dump-dom "file://$PWD/looked.html" >dom.html 2>browser.log
grep -o '<p id="look">[^<]*' dom.html
grep CONSOLE browser.log || true
grep -o '<h2 id[^/]*' out/report.html | sed 's/.*>\(.*\)</\1/'
