# shellcheck shell=bash
# The plain-HTTP listener as a device without trust, a cache and a stranger meet it.

folder=$(lab publication p256)
"$PYTHON" - "$folder/lab.yaml" >"$folder/ports" <<'SCRIPT'
import sys, yaml
sys.path.insert(0, '.ci/tools')
from provider import free_ports
issuer, port = free_ports(2)
file = sys.argv[1]
data = yaml.safe_load(open(file))
data['authority'] |= {'permitted': ['lab.test', 'localhost'], 'url': f'http://localhost:{port}/pki',
                      'listen': f'127.0.0.1:{port}'}
data['identity'] = {'issuer': f'https://localhost:{issuer}', 'administrators': ['admins']}
data['certificates'] = []
yaml.safe_dump(data, open(file, 'w'))
print(issuer, port)
SCRIPT
read -r issuer port <"$folder/ports"
base=http://127.0.0.1:$port
url=$base/pki
root=$folder/out/trust/ca.crt
log=$ARTEFACTS/publication.log
if start_server "https://localhost:$issuer" "$root" "$log" up --lab "$folder/lab.yaml"; then
    pass "publication: up serves"
else
    failed "publication: up serves"
    return 1
fi
check "publication: up names the trust page" grep -qF "trust page  http://localhost:$port/pki/ca" "$log"

# fetch FILE PATH [ARGUMENTS...]: body to FILE, headers to FILE.head; prints the status.
fetch() {
    local file=$folder/$1 path=$2
    shift 2
    curl -sS --noproxy '*' -o "$file" -D "$file.head" -w '%{http_code}' "$@" "$base$path"
}
# answers NAME STATUS PATH [ARGUMENTS...]
answers() {
    local name=$1 wanted=$2 status
    shift 2
    status=$(fetch answer "$@")
    if [ "$status" = "$wanted" ]; then pass "$name"; else failed "$name" "$* answers $status, not $wanted"; fi
    ! grep -qi '^set-cookie' "$folder/answer.head" || failed "$name: no cookie"
}
has_header() { grep -qiE "^$2" "$folder/$1.head"; }

# The same certificate in every form, as OpenSSL reads it; the fingerprint as the page and the command line tell it.
fingerprint=$(openssl x509 -in "$root" -noout -fingerprint -sha256 | cut -d= -f2)
for form in root-1.cer root-1.crt root-1.pem root.pem; do
    fetch root "/pki/ca/$form" >/dev/null
    check "publication: /ca/$form is the root" test "$fingerprint" = \
        "$(openssl x509 -in "$folder/root" -noout -fingerprint -sha256 | cut -d= -f2)"
    check "publication: /ca/$form has a name for its file" has_header root 'content-disposition: .*filename="judged-root'
done
fetch root /pki/ca/root-1.cer >/dev/null
check "publication: browsers offer to install it" has_header root 'content-type: application/x-x509-ca-cert'
fetch issuing /pki/aia >/dev/null
check "publication: /aia is an intermediate under the root" openssl verify -CAfile "$root" "$folder/issuing"
check "publication: /aia is what signs the issuer's certificate" openssl verify -CAfile "$root" -untrusted "$folder/issuing" \
    <(openssl s_client -connect "127.0.0.1:$issuer" </dev/null 2>/dev/null | openssl x509)
check "publication: its type is that of RFC 5280" has_header issuing 'content-type: application/pkix-cert'
fetch page /pki/ca >/dev/null
check "publication: the page shows the fingerprint" grep -qF "<code>$fingerprint</code>" "$folder/page"
check "publication: ca show prints the same" grep -qF "$fingerprint" <(kindling ca show --lab "$folder/lab.yaml")
fetch german /pki/ca -H 'Accept-Language: de' >/dev/null
check "publication: the page speaks German" grep -qF '<html lang="de">' "$folder/german"

# What the page tells people to do: blocks of commands, run as they stand, in a folder and a home of their own.
mkdir "$folder/home"
sed 's/<[^>]*>//g; s/&gt;/>/g; s/&amp;/\&/g' "$folder/page" >"$folder/commands"
# as_told PATTERN [COMMAND]: the lines of the page that match, and then a command.
as_told() {
    (cd "$folder" && no_proxy='*' HOME=$folder/home bash -ec "$(grep -E "$1" commands)"$'\n'"${2:-}" 2>&1)
}
check "publication: the page's commands print the fingerprint" grep -qF "$fingerprint" \
    <(as_told '^(curl -fsSo|openssl x509 -noout|cat judged)')
as_told '^(mkdir -p|certutil -d)' >"$folder/nss"
check "publication: the page's commands for Chromium make it a trusted root" grep -qE '^judged-root-1 +C,,' \
    <(certutil -L -d "sql:$folder/home/.pki/nssdb")
check "publication: with those for curl the issuer is trusted" cmp <(echo ok) \
    <(as_told '^export CURL_CA_BUNDLE' "curl -fsS https://localhost:$issuer/healthz")

# Caches.
tag=$(sed -n 's/^[Ee][Tt]ag: \(.*\)\r$/\1/p' "$folder/page.head")
answers "publication: who has the page is told so" 304 /pki/ca -H "If-None-Match: $tag"
answers "publication: HEAD has the length" 200 /pki/ca -I
check "publication: and no body" has_header answer "content-length: $(stat -c %s "$folder/page")"

# Strangers.
for path in / /pki /pki/; do answers "publication: $path leads to the page" 302 "$path"; done
answers "publication: and the page is there" 200 / -L
for path in /ca /pki/nowhere /pki/ca/root-1.key /pki/ca/issuing-1.cer /auth /token /metrics /pki/../../etc/passwd; do
    answers "publication: nothing at $path" 404 "$path" --path-as-is
done
for method in POST PUT DELETE OPTIONS TRACE; do answers "publication: no $method" 405 /pki/ca -X "$method"; done
answers "publication: any name will do" 200 /pki/ca -H 'Host: elsewhere.test'
answers "publication: a head that is too long" 400 /pki/ca -H "X: $(printf '%20000s' '' | tr ' ' a)"

# A change of lab.yaml, and the end.
# shellcheck disable=SC2154 # Of .ci/lib.sh.
process=${started[${#started[@]} - 1]:?}
sed -i 's/^  url: .*/&x/' "$folder/lab.yaml"
kill -HUP "$process"
for _ in $(seq 50); do
    ! grep -q 'authority.url' "$log" || break
    sleep 0.1
done
check "publication: SIGHUP says that authority.url takes a restart" grep -q 'next start.*authority.url' "$log"
kill -TERM "$process"
code=0
wait "$process" || code=$?
check "publication: SIGTERM ends it cleanly" test "$code" = 0
if curl -sS --noproxy '*' -o /dev/null "$url/ca" 2>/dev/null; then failed "publication: nothing listens after the end"; fi

# An address without a listener.
sed -i '/^  listen: 127/d' "$folder/lab.yaml"
if start_server "https://localhost:$issuer" "$root" "$log" up --lab "$folder/lab.yaml"; then
    check "publication: without authority.listen nothing listens" \
        test "$(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' "$url/ca" 2>/dev/null)" = 000
else
    failed "publication: up serves without authority.listen"
fi
