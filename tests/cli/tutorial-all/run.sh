# All of docs/tutorial.md, its series and validation, too.
CASE=$AIRY_SOURCE/tests/cli/tutorial TUTORIAL=all
. "$CASE/run.sh"
