# Names are words of the workflow's shell lines, whatever is in them. No Snakemake is needed.
python3 -B - "$CASE/../../../workflow/Snakefile" <<'P'
import subprocess
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    head = file.read().split("\nrule all:")[0]
table = "a table; touch broken $(touch broken) `touch broken` 's \"x\".tsv"
with open(table, "w", encoding="utf-8") as file:
    file.write("# a comment\nshot\tfile\n1\tx\n2\ty\n")
names = {"config": {"table": table, "out": "an out; touch broken", "airy": "my $HOME/airy",
                    "options": "--params 'p q.txt' -s 5"}}
exec(compile(head, "Snakefile", "exec"), names)
assert "{" not in names["RUN"].replace(table, ""), "Snakemake would fill in something"
words = subprocess.run(["sh", "-c", "printf '%s\\n' " + names["RUN"]], capture_output=True,
                       text=True, check=True).stdout.splitlines()
wanted = ["my $HOME/airy", "series", table, "-o", "an out; touch broken", "--params", "p q.txt", "-s", "5"]
print(words == wanted, names["SHOTS"])
P
[ ! -e broken ]
