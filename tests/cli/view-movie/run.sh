# The delays of a series as an animated PNG: a frame a delay, in their order, that plain readers take for
# its first; nothing else is left behind.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
mkdir -p out/shot-0000 out/shot-0001
printf 'shot\tdelay_ps\tr_par_nm\tr_perp_nm\tgate\tshown\n0\t10\t50\t50\t1\t1\n1\t3\t52\t50\t1\t1\n2\t3\t52\t50\t1\t0\n' >out/shots.tsv
for shot in 0 1; do
    airy simulate --preset nib110 --pattern --delays 10 --shots 1 --size 96 --seed $shot --truth truth.h5 -o ideal.h5 -f -q
    airy difference truth.h5 --model spheroid -o out/shot-000$shot/diff.h5 -q >/dev/null
done
airy view --movie out -o movie.png --size 300 --frame-time 0.5
python3 - <<"END"
import struct, zlib
data, at, parts = open("movie.png", "rb").read(), 8, []
while at < len(data):
    length, name = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(name + body)
    parts.append((name.decode(), body))
    at += 12 + length
print([name for k, (name, _) in enumerate(parts) if k == 0 or parts[k - 1][0] != name])
print("frames", struct.unpack(">I", dict(parts)["acTL"][:4])[0])
heads = [struct.unpack(">IIIIIHH", body[:24]) for name, body in parts if name == "fcTL"]
print([(head[1], head[5], head[6]) for head in heads])
width, height = struct.unpack(">II", parts[0][1][:8])
for kind, skip in (("IDAT", 0), ("fdAT", 4)):
    rows = zlib.decompress(b"".join(body[skip:] for name, body in parts if name == kind))
    print(kind, len(rows) % height, len(rows) // height > width)
numbers = [struct.unpack(">I", body[:4])[0] for name, body in parts if name in ("fcTL", "fdAT")]
print(numbers == list(range(len(numbers))))
END
ls
airy view --movie out --what pattern -o x.png
