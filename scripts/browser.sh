#!/bin/sh
# Installs Debian's chromium for the browser tests where that is possible; otherwise says that they
# will be skipped. Never fails: with CITESRESEARCH_NAVIGATEUR=exige the tests themselves do.
set -u

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done

# Ubuntu's package of that name only calls for a snap.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
    echo "Chromium est absent : installation du paquet Debian pour les tests de navigateur…"
    quick="-qq -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15"
    # shellcheck disable=SC2086 # options, split on purpose
    if apt-get $quick update && DEBIAN_FRONTEND=noninteractive \
        apt-get $quick install --yes --no-install-recommends chromium; then
        exit 0
    fi >/dev/null 2>&1 </dev/null
fi

echo "Chromium est absent : les tests de navigateur seront sautés (Debian : sudo apt install chromium)."
exit 0
