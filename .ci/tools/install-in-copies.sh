#!/usr/bin/env bash
#
# Installs a lab's root into copies of this machine's trust stores and takes it out again, and looks at each step what
# programs think of the lab. Prints PASS or FAIL per check.
#
# usage: unshare -m .ci/tools/install-in-copies.sh BINARY FOLDER
set -uo pipefail
binary=$1 work=$2
mkdir -p "$work/etc-ssl" "$work/anchors" "$work/home" "$work/lab"

check() {
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then echo "PASS $name"; else echo "FAIL $name -- $(tail -n 3 <<<"$log" | tr '\n' ' ')"; fi
}
fails() { ! "$@"; }
says() { grep -q "$1" <<<"$("${@:2}" 2>&1)"; }

cp -a /etc/ssl/. "$work/etc-ssl"
if ! mount --make-rprivate / || ! mount --bind "$work/etc-ssl" /etc/ssl ||
    ! mount --bind "$work/anchors" /usr/local/share/ca-certificates; then
    echo "SKIP copies of the trust stores -- mounting is not permitted"
    exit 0
fi

export HOME=$work/home
unset JAVA_HOME KINDLING_LAB KINDLING_STATE KINDLING_OUT KINDLING_KEY_FILE SSL_CERT_FILE SSL_CERT_DIR
profiles=("$HOME/.pki/nssdb" "$HOME/.mozilla/firefox/abc.default release")
for profile in "${profiles[@]}"; do
    mkdir -p "$profile" && certutil -N -d "sql:$profile" --empty-password
done
cd "$work/lab" || exit 1
lab() { sed 's/KEYTYPE/p256/' "$OLDPWD/.ci/lab.yaml" >lab.yaml && "$binary" ca create && "$binary" cert issue nas --to nas; }
check "a lab" lab

openssl s_server -accept 127.0.0.1:19444 -cert nas/tls.crt -cert_chain nas/tls.crt -key nas/tls.key -quiet -www \
    >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
sleep 1
curl_trusts() { curl -fsS --noproxy '*' --resolve nas.lab.test:19444:127.0.0.1 https://nas.lab.test:19444/ -o /dev/null; }
nss_trusts() { certutil -V -u V -d "sql:$1" -n leaf; }
java_trusts() { keytool -list -keystore /etc/ssl/certs/java/cacerts -storepass changeit | grep -qi kindling-judged; }
has_java=$([ -w /etc/ssl/certs/java/cacerts ] && command -v keytool)
for profile in "${profiles[@]}"; do
    awk '/BEGIN/ {n++} n == 1' nas/tls.crt | certutil -A -d "sql:$profile" -t ,, -n leaf -a
    awk '/BEGIN/ {n++} n == 2' nas/tls.crt | certutil -A -d "sql:$profile" -t ,, -n intermediate -a
done

check "nobody trusts the lab at first: curl" fails curl_trusts
check "nobody trusts the lab at first: NSS" fails nss_trusts "${profiles[0]}"
check "a dry run says what it would do" says "would add kindling-judged-" "$binary" ca install --dry-run
check "a dry run does nothing" test -z "$(ls -A /usr/local/share/ca-certificates)"
check "ca install" "$binary" ca install
check "curl trusts the lab" curl_trusts
for profile in "${profiles[@]}"; do check "NSS trusts the lab: ${profile#"$HOME/"}" nss_trusts "$profile"; done
[ -z "$has_java" ] || check "Java trusts the lab" java_trusts
files() { find /usr/local/share/ca-certificates /etc/ssl -printf '%p %T@ %l\n' | sort; }
before=$(files)
check "ca install again" says "is in /usr/local/share/ca-certificates already" "$binary" ca install
check "that changed no file" test "$before" = "$(files)"
"$binary" bundle >/usr/local/share/ca-certificates/kindling-mine.crt 2>/dev/null
check "ca uninstall" "$binary" ca uninstall
check "it left a file of another name alone" rm /usr/local/share/ca-certificates/kindling-mine.crt
check "update-ca-certificates" update-ca-certificates --fresh
check "curl does not trust the lab any more" fails curl_trusts
for profile in "${profiles[@]}"; do check "NSS does not either: ${profile#"$HOME/"}" fails nss_trusts "$profile"; done
[ -z "$has_java" ] || check "Java does not either" fails java_trusts
check "no link to it is left" test -z "$(find /etc/ssl/certs -xtype l -name '*indling*')"

# On a machine without the lab's files, from a listener.
mkdir -p site/ca && "$binary" bundle --to site/ca/root.pem 2>/dev/null
fingerprint=$(openssl x509 -in site/ca/root.pem -noout -fingerprint -sha256 | cut -d = -f 2)
python3 -m http.server --bind 127.0.0.1 --directory site 18080 >/dev/null 2>&1 &
site=$!
trap 'kill "$server" "$site" 2>/dev/null' EXIT
sleep 1
cd / || exit 1
check "ca trust with a wrong fingerprint" says "no certificate has the fingerprint 00:" \
    "$binary" ca trust http://127.0.0.1:18080 --fingerprint "$(printf '0%.0s' {1..64})"
check "curl does not trust the lab by that" fails curl_trusts
check "ca trust" "$binary" ca trust http://127.0.0.1:18080 --fingerprint "$fingerprint" --store system
check "curl trusts the lab by its fingerprint" curl_trusts
check "ca uninstall by the fingerprint" "$binary" ca uninstall --fingerprint "$fingerprint" --store system
check "curl does not trust the lab at last" fails curl_trusts
