# shellcheck shell=bash
# Faults planted with OpenSSL, and whether `cert inspect --strict` finds each; what ends, and whether
# `cert list --expiring` says so.

folder=$WORK/inspect
mkdir -p "$folder"

nowhere='excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0'
inside="nameConstraints=critical,permitted;DNS:lab.test,$nowhere"
authority='basicConstraints=critical,CA:TRUE'
signs='keyUsage=critical,keyCertSign,cRLSign'
identifiers=$'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid'
usage='keyUsage=critical,digitalSignature'
server=$'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth'
name='subjectAltName=DNS:a.lab.test'

# lines TEXT...: one a line.
lines() { printf '%s\n' "$@"; }

# plant NAME SUBJECT ISSUER DAYS EXTENSIONS [ARGUMENTS]: a certificate NAME.pem; ISSUER is - for a root.
plant() {
    local path=$folder/$1 subject=$2 issuer=$folder/$3 days=$4
    printf '%s\n' "$5" >"$path.ext"
    shift 5
    [ -f "$path.key" ] || openssl ecparam -name prime256v1 -genkey -noout -out "$path.key"
    openssl req -new -key "$path.key" -subj "$subject" -out "$path.csr"
    if [ "$issuer" = "$folder/-" ]; then
        openssl x509 -req -sha256 -in "$path.csr" -signkey "$path.key" -days "$days" -extfile "$path.ext" \
            -out "$path.pem" "$@"
    else
        openssl x509 -req -sha256 -in "$path.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -days "$days" \
            -extfile "$path.ext" -out "$path.pem" "$@"
    fi 2>>"$folder/openssl.log"
}

# leaf NAME DAYS EXTENSION...: a leaf of the good intermediate with these extensions and the identifiers.
leaf() {
    local leaf=$1 days=$2
    shift 2
    plant "$leaf" "/CN=a.lab.test" intermediate "$days" "$(lines "$@" "$identifiers")"
}

above=(--trust "$folder/root.pem" --trust "$folder/intermediate.pem")

# finds RULE FILE [ARGUMENTS]: the rule is broken, and that is an error.
finds() {
    local rule=$1 file=$folder/$2.pem output code=0
    shift 2
    output=$(kindling cert inspect --strict "$file" --output json "$@" 2>&1) || code=$?
    if [ "$code" = 2 ] && grep -q "\"rule\": \"$rule\"" <<<"$output"; then
        pass "inspect finds $rule"
    else
        failed "inspect finds $rule" "exit code $code"
        tail -n 20 <<<"$output" | sed 's/^/    /'
    fi
}

plant root "/CN=Root" - 3650 "$(lines "$authority,pathlen:1" "$signs" "$inside" subjectKeyIdentifier=hash)"
plant intermediate "/CN=Intermediate" root 1825 "$(lines "$authority,pathlen:0" "$signs" "$inside" "$identifiers")"
leaf good 90 "$server" "$usage" "$name"
cat "$folder/good.pem" "$folder/intermediate.pem" >"$folder/chain.pem"

output=$(kindling cert inspect --strict "$folder/chain.pem" "$folder/root.pem" --output json 2>&1) || true
if [ "$(head -n 1 <<<"$output")" = "[]" ]; then
    pass "inspect finds nothing in a good chain"
else
    failed "inspect finds nothing in a good chain"
    head -n 20 <<<"$output" | sed 's/^/    /'
fi

plant no-usage "/CN=Root" - 3650 "$(lines "$authority" "$inside" subjectKeyIdentifier=hash)"
finds authority-key-usage-missing no-usage
plant soft "/CN=Root" - 3650 "$(lines basicConstraints=CA:TRUE "$signs" "$inside" subjectKeyIdentifier=hash)"
finds basic-constraints-not-critical soft
plant open "/CN=Root" - 3650 \
    "$(lines "$authority" "$signs" 'nameConstraints=critical,permitted;DNS:lab.test' subjectKeyIdentifier=hash)"
finds name-constraints-open-addresses open
plant dot "/CN=Root" - 3650 \
    "$(lines "$authority" "$signs" "nameConstraints=critical,permitted;DNS:.lab.test,$nowhere" subjectKeyIdentifier=hash)"
finds name-constraints-leading-dot dot
plant purpose "/CN=Root" - 3650 \
    "$(lines "$authority" "$signs" "$inside" extendedKeyUsage=serverAuth subjectKeyIdentifier=hash)"
finds root-extended-key-usage purpose
leaf encipherment 90 "$server" "$usage,keyEncipherment" "$name"
finds leaf-key-encipherment encipherment
leaf outside 90 "$server" "$usage" "$name,DNS:www.example.com"
finds outside-constraints outside "${above[@]}"
leaf address 90 "$server" "$usage" "$name,IP:8.8.8.8"
finds outside-constraints address "${above[@]}"
leaf long 900 "$server" "$usage" "$name"
finds life-over-825-days long
leaf nameless 90 "$server" "$usage"
finds alternative-names-missing nameless
leaf other-name 90 "$server" "$usage" subjectAltName=DNS:b.lab.test
finds common-name-not-listed other-name
leaf purposeless 90 basicConstraints=critical,CA:FALSE "$usage" "$name"
finds extended-key-usage-missing purposeless
plant by-serial "/CN=a.lab.test" intermediate 90 \
    "$(lines "$server" "$usage" "$name" subjectKeyIdentifier=hash authorityKeyIdentifier=keyid,issuer:always)"
finds authority-key-identifier-serial by-serial
plant outliving "/CN=Intermediate" root 3660 "$(lines "$authority,pathlen:0" "$signs" "$inside" "$identifiers")"
finds outlives-issuer outliving --trust "$folder/root.pem"
# Another root that passes itself off as the first, key identifier included.
identifier=$(openssl x509 -in "$folder/root.pem" -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' :')
plant forged "/CN=Root" - 3650 "$(lines "$authority" "$signs" "$inside" "subjectKeyIdentifier=$identifier")"
finds signature-invalid intermediate --trust "$folder/forged.pem"
plant guessed "/CN=a.lab.test" intermediate 90 "$(lines "$server" "$usage" "$name" "$identifiers")" -set_serial 7
finds serial-too-short guessed
plant negative "/CN=a.lab.test" intermediate 90 "$(lines "$server" "$usage" "$name" "$identifiers")" \
    -set_serial -81985529216486895
finds serial-not-positive negative
openssl genrsa -out "$folder/short.key" 1024 2>>"$folder/openssl.log"
leaf short 90 "$server" "$usage" "$name"
finds key-too-short short
plant broken-hash "/CN=a.lab.test" intermediate 90 "$(lines "$server" "$usage" "$name" "$identifiers")" -sha1
finds signature-algorithm-weak broken-hash
openssl req -new -key "$folder/good.key" -subj /CN=a.lab.test -out "$folder/old.csr"
openssl x509 -req -in "$folder/old.csr" -CA "$folder/root.pem" -CAkey "$folder/root.key" -days 9 \
    -out "$folder/old.pem" 2>>"$folder/openssl.log"
finds not-version-3 old
head -n 3 "$folder/good.pem" >"$folder/cut.pem"
finds unreadable cut

# What ends: in a folder, in a ConfigMap, in what `kubectl get secrets -A -o yaml` prints.
leaf soon 20 "$server" "$usage" "$name"
secret() {
    lines "- apiVersion: v1" "  kind: Secret" "  metadata: {name: $1, namespace: apps}" "  type: kubernetes.io/tls" \
        "  data:" "    tls.crt: $(base64 -w 0 "$2")" "    tls.key: $(base64 -w 0 "$folder/good.key")"
}
for kind in late soon; do
    mkdir -p "$folder/$kind/deep"
    cp "$folder/root.pem" "$folder/$kind"
    cp "$folder/good.key" "$folder/$kind/deep"
    case $kind in late) file=$folder/chain.pem ;; soon) file=$folder/soon.pem ;; esac
    cp "$file" "$folder/$kind/deep/tls.crt"
    {
        lines "apiVersion: v1" "kind: ConfigMap" "metadata: {name: lab-ca, namespace: apps}" "data:" "  ca.crt: |"
        sed 's/^/    /' "$file"
    } >"$folder/$kind-configmap.yaml"
    { lines "apiVersion: v1" "kind: List" "items:" && secret fine "$folder/good.pem" && secret "$kind" "$file"; } \
        >"$folder/$kind-secrets.yaml"
done
# expiring NAME CODE FILE...: the report's exit code.
expiring() { expect_exit "$1" "$2" kindling cert list --expiring 30d "${@:3}"; }
expiring "expiring: nothing in a folder" 0 "$folder/late"
expiring "expiring: a leaf in a folder" 2 "$folder/soon"
expiring "expiring: nothing in a ConfigMap" 0 "$folder/late-configmap.yaml"
expiring "expiring: a leaf in a ConfigMap" 2 "$folder/soon-configmap.yaml"
expiring "expiring: nothing in a list of Secrets" 0 "$folder/late-secrets.yaml"
expiring "expiring: a leaf in a list of Secrets" 2 "$folder/soon-secrets.yaml"
expiring "expiring: several paths" 2 "$folder/late" "$folder/soon.pem"
expiring "expiring: a file without a certificate" 65 "$folder/good.key"
check "expiring: the report names the Secret" grep -q 'soon-secrets.yaml: Secret apps/soon data.tls.crt' \
    <(kindling cert list --expiring 30d "$folder/soon-secrets.yaml" 2>&1)

# A revocation list of OpenSSL's own making.
lines '[ca]' 'default_ca=d' '[d]' "database=$folder/index" "crlnumber=$folder/number" 'default_md=sha256' \
    'crl_extensions=e' '[e]' 'authorityKeyIdentifier=keyid' >"$folder/ca.cnf"
: >"$folder/index"
echo 01 >"$folder/number"
openssl ca -config "$folder/ca.cnf" -gencrl -keyfile "$folder/root.key" -cert "$folder/root.pem" -crldays 7 \
    -out "$folder/list.pem" 2>>"$folder/openssl.log"
expect_exit "inspect finds nothing in a revocation list" 0 \
    kindling cert inspect --strict "$folder/list.pem" --trust "$folder/root.pem"
finds list-signature-invalid list --trust "$folder/forged.pem"
expiring "expiring: a revocation list" 2 "$folder/list.pem"
