#!/bin/bash
# Fills a database for a CI run: users, and orders that refer to them. The same seed gives the same rows in every run.
#
#   seed.sh postgresql://postgres@localhost/shop
#   seed.sh shop.db                                 # a file of SQLite
#
# SEED (7), USERS (1000; orders refer to the first 1,000 users) and ORDERS (200) change what is made.

set -euo pipefail

target=${1:?"name a database: postgresql://... or a file of SQLite"}
seed=${SEED:-7} users=${USERS:-1000} orders=${ORDERS:-200}

case $target in
postgresql://* | postgres://*) dialect=postgresql ;;
*) dialect=sqlite ;;
esac

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
for entity in "user -n $users" "order -n $orders"; do
    # shellcheck disable=SC2086 # an entity and its count are two words
    testdata generate $entity --seed "$seed" --format sql --dialect "$dialect" >>"$rows"
done

# One transaction: a run that fails leaves nothing half done.
if [ "$dialect" = postgresql ]; then
    psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -1 -f "$rows" "$target"
else
    python3 - "$target" "$rows" <<'PY'
import pathlib, sqlite3, sys

script = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
sqlite3.connect(sys.argv[1]).executescript(f"BEGIN;\n{script}COMMIT;")
PY
fi

echo "seeded $target: $users users, $orders orders, seed $seed"
