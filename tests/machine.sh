#!/bin/sh
# Installs what the tests need from Debian's packages and from npm, when it is missing and that is
# permitted.
set -eu

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
    missing="$missing postgresql"
command -v npm >/dev/null || missing="$missing npm"

interpreter=tests/labels/zpl # of ZPL, in Node
install_interpreter() {
    [ -d $interpreter/node_modules/zpl-renderer-js ] || ! command -v npm >/dev/null ||
        npm ci --prefix $interpreter --silent --no-audit --no-fund ||
        echo "Tests of ZPL will be skipped. To run them: npm ci --prefix $interpreter"
}

[ -n "$missing" ] || { install_interpreter && exit 0; }
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Some tests will be skipped. To run them all, as root: apt-get install$missing"
    install_interpreter
    exit 0
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086 - one word a package
apt-get -qq install --no-install-recommends $missing >/dev/null
install_interpreter
