#!/bin/sh
# Runs each fuzz test for a few seconds, from seeds of real files. FUZZTIME=1m makes it longer.
set -eu

grep -rlE '^func Fuzz' --include='*_test.go' internal | while read -r file; do
	package=./$(dirname "$file")
	grep -oE '^func Fuzz[A-Za-z0-9_]*' "$file" | sed 's/^func //' | while read -r name; do
		go test -run='^$' -fuzz="^$name\$" -fuzztime="${FUZZTIME:-3s}" -fuzzminimizetime=5x -parallel=2 "$package"
	done
done
