#!/bin/sh
# Installs what the tests need beside Go and Node (a PostgreSQL server, Chromium, an inventory agent) with the system's package
# manager where it may; says in one line what to install otherwise.
set -eu

missing=""
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || missing="postgresql"
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v fusioninventory-agent >/dev/null 2>&1 || missing="$missing fusioninventory-agent"
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null && as_root="sudo" || as_root="no"
fi
if [ "$as_root" = "no" ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "Please install what the tests need: $missing" >&2
	exit 1
fi
echo "Installing what the tests need: $missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
