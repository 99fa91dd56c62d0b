#!/bin/sh
# Installs the servers that the tests talk to. Without root it says so and goes on: those lanes are then skipped aloud.
set -eu
PATH="$PATH:/usr/sbin"
wanted=""
command -v dovecot >/dev/null || wanted="$wanted dovecot-imapd"
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || wanted="$wanted postgresql"
command -v chromium >/dev/null || wanted="$wanted chromium"
command -v mutt >/dev/null || wanted="$wanted mutt"
command -v rspamd >/dev/null || wanted="$wanted rspamd"
command -v openssl >/dev/null || wanted="$wanted openssl"
command -v systemd-analyze >/dev/null || wanted="$wanted systemd"
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "Not installed:$wanted. To run their tests: sudo apt-get install$wanted"
    exit 0
fi
# The tests start their own servers on loopback; the packages' own services shall not start.
guard=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$guard" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$guard"
    chmod 755 "$guard"
    made=yes
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq install -y --no-install-recommends $wanted >/dev/null
[ -z "$made" ] || rm -f "$guard"
