# shellcheck shell=bash
# Certificates of every key type, before verifiers of other makers.

# judge_leaf NAME FOLDER HOST: FOLDER holds what `cert issue --to` wrote.
judge_leaf() {
    # The first block is the leaf, what follows is what a server sends with it.
    awk '/BEGIN CERTIFICATE/ {n++} n > 1' "$2/tls.crt" >"$2/intermediates.pem"
    judged "$1" env JUDGE_VENV="$VENV" JUDGE_REQUIRE="openssl pkilint cryptography" \
        "$JUDGES/certs/judge-certs.sh" "$2/ca.crt" "$2/tls.crt" "$3" "$2/intermediates.pem"
}

for type in p256 p384 rsa3072 rsa4096 ed25519; do
    folder=$(lab "certificates-$type" "$type")
    check "$type: ca create" kindling ca create --lab "$folder/lab.yaml"
    check "$type: cert issue" kindling cert issue nas --to "$folder/nas" --lab "$folder/lab.yaml"
    check "$type: tls.key is 0600" test "$(stat -c %a "$folder/nas/tls.key")" = 600
    check "$type: tls.key belongs to tls.crt" cmp \
        <(openssl x509 -in "$folder/nas/tls.crt" -noout -pubkey) <(openssl pkey -in "$folder/nas/tls.key" -pubout)
    check "$type: inspect --strict finds nothing" cmp <(echo '[]') \
        <(kindling cert inspect --strict "$folder/nas/tls.crt" --trust "$folder/nas/ca.crt" --output json 2>/dev/null)
    if [ -d "$JUDGES/certs" ]; then
        # Ed25519 is not in the profile of browsers, which the cryptography judge holds, nor in NSS.
        outside=
        [ "$type" != ed25519 ] || outside='^(cryptography|nss):'
        NOT_JUDGED=$outside judge_leaf "$type, by name" "$folder/nas" nas.lab.test
        NOT_JUDGED=$outside judge_leaf "$type, by address" "$folder/nas" 192.0.2.9
    else
        skip "$type: judges/certs" "../shared is absent"
    fi
done

# Leaves of each key type and profile under the first of the authorities.
folder=$WORK/certificates-p256
for type in p256 p384 rsa3072 rsa4096; do
    for profile in server both peer; do
        name=$type-$profile
        check "leaf $name: cert issue" kindling cert issue "$name" --host "$name.lab.test" --key-type "$type" \
            --profile "$profile" --to "$folder/$name" --lab "$folder/lab.yaml"
        [ ! -d "$JUDGES/certs" ] || judge_leaf "leaf $name" "$folder/$name" "$name.lab.test"
    done
done

# Client certificates and Ed25519: by openssl and by handshakes, since the profile of browsers has neither.

# handshake NAME SERVER_FOLDER HOST CLIENT_FOLDER: curl, with the client's certificate, against a server that demands it.
handshake() {
    local name=$1 server=$2 host=$3 client=$4 port=$((20000 + RANDOM % 20000)) log
    log=$WORK/handshake.log
    openssl s_server -accept "$port" -www -cert "$server/tls.crt" -cert_chain "$server/tls.crt" -key "$server/tls.key" \
        -CAfile "$server/ca.crt" -Verify 3 -verify_return_error >"$log" 2>&1 &
    started+=("$!")
    for _ in $(seq 50); do
        grep -qs ACCEPT "$log" && break
        sleep 0.1
    done
    check "$name: handshake with both certificates" curl -fsS --noproxy '*' --resolve "$host:$port:127.0.0.1" \
        --cacert "$server/ca.crt" --cert "$client/tls.crt" --key "$client/tls.key" "https://$host:$port/" -o /dev/null
    expect_exit "$name: no handshake without a certificate" 56 curl -sS --noproxy '*' \
        --resolve "$host:$port:127.0.0.1" --cacert "$server/ca.crt" "https://$host:$port/" -o /dev/null
    end_started
}

issue() { kindling cert issue "$1" --to "$folder/$1" --lab "$folder/lab.yaml" "${@:2}"; }

check "Ed25519 server: cert issue --insist" issue ed-server --host ed-server.lab.test --key-type ed25519 --insist
expect_exit "Ed25519 server: refused without --insist" 65 issue ed-refused --host ed.lab.test --key-type ed25519
for type in p256 p384 rsa3072 rsa4096 ed25519; do
    name=client-$type
    check "$name: cert issue" issue "$name" --email alice@lab.test --uri spiffe://lab.test/alice --profile client \
        --key-type "$type"
    verify=(openssl verify -x509_strict -no-CApath -no-CAstore -CAfile "$folder/$name/ca.crt"
        -untrusted "$folder/$name/tls.crt" -purpose)
    check "$name: is a client's" "${verify[@]}" sslclient "$folder/$name/tls.crt"
    expect_exit "$name: is no server's" 2 "${verify[@]}" sslserver "$folder/$name/tls.crt"
    handshake "$name" "$folder/p256-server" p256-server.lab.test "$folder/$name"
done
handshake "Ed25519 server" "$folder/ed-server" ed-server.lab.test "$folder/client-ed25519"
other=$WORK/certificates-ed25519
check "Ed25519 authority: a client" kindling cert issue alice --email alice@lab.test --profile client --to "$other/alice" \
    --lab "$other/lab.yaml"
handshake "Ed25519 authority" "$other/nas" nas.lab.test "$other/alice"

# An internationalised name, as a client would look for it.
check "bücher: cert issue" issue buecher --host bücher.lab.test
check "bücher: its ASCII form is found" openssl verify -x509_strict -verify_hostname xn--bcher-kva.lab.test -no-CApath \
    -no-CAstore -CAfile "$folder/buecher/ca.crt" -untrusted "$folder/buecher/tls.crt" "$folder/buecher/tls.crt"

# Keys under a passphrase, there and back.
printf 'correct horse\n' >"$folder/words"
check "passphrase: cert issue" issue closed --host closed.lab.test --passphrase-file "$folder/words"
check "passphrase: openssl opens tls.key" openssl pkey -in "$folder/closed/tls.key" -passin "file:$folder/words" -noout
expect_exit "passphrase: another does not" 1 openssl pkey -in "$folder/closed/tls.key" -passin pass:wrong -noout
check "passphrase: the key is used again" kindling cert issue again --host again.lab.test \
    --key "$folder/closed/tls.key" --passphrase-file "$folder/words" --to "$folder/again" --lab "$folder/lab.yaml"
check "passphrase: it is the same key" cmp <(openssl x509 -in "$folder/closed/tls.crt" -noout -pubkey) \
    <(openssl x509 -in "$folder/again/tls.crt" -noout -pubkey)

# Requests of openssl, for each kind of key.
while read -r kind options; do
    # shellcheck disable=SC2086
    openssl genpkey -algorithm $options -out "$folder/$kind.key" 2>/dev/null
    openssl req -new -key "$folder/$kind.key" -subj "/CN=$kind.lab.test" -out "$folder/$kind.csr" \
        -addext "subjectAltName=DNS:$kind.lab.test,IP:192.0.2.7"
    check "request $kind: cert sign" kindling cert sign "$folder/$kind.csr" --profile both --insist \
        --to "$folder/$kind.crt" --lab "$folder/lab.yaml"
    check "request $kind: verifies" openssl verify -x509_strict -verify_hostname "$kind.lab.test" -no-CApath -no-CAstore \
        -CAfile "$folder/nas/ca.crt" -untrusted "$folder/$kind.crt" "$folder/$kind.crt"
    check "request $kind: has its key" cmp <(openssl x509 -in "$folder/$kind.crt" -noout -pubkey) \
        <(openssl pkey -in "$folder/$kind.key" -pubout)
done <<'END'
csr-p256 EC -pkeyopt ec_paramgen_curve:P-256
csr-p384 EC -pkeyopt ec_paramgen_curve:P-384
csr-ed25519 ED25519
csr-rsa2048 RSA -pkeyopt rsa_keygen_bits:2048
csr-rsa4096 RSA -pkeyopt rsa_keygen_bits:4096
END
sed 's/^[A-M]/Q/' "$folder/csr-p256.csr" >"$folder/damaged.csr"
expect_exit "request damaged: is refused" 65 kindling cert sign "$folder/damaged.csr" --lab "$folder/lab.yaml"

# Many at once.
for number in $(seq 1000); do
    printf -- '- {name: batch-%s, hosts: [batch-%s.lab.test]}\n' "$number" "$number"
done >"$folder/batch.yaml"
check "batch: cert issue --batch" kindling cert issue --batch "$folder/batch.yaml" --to "$folder/batch" \
    --lab "$folder/lab.yaml"
check "batch: a folder for each" test "$(find "$folder/batch" -name tls.crt | wc -l)" = 1000
check "batch: the last verifies" openssl verify -x509_strict -verify_hostname batch-1000.lab.test -no-CApath -no-CAstore \
    -CAfile "$folder/batch/batch-1000/ca.crt" -untrusted "$folder/batch/batch-1000/tls.crt" \
    "$folder/batch/batch-1000/tls.crt"

expect_exit "a name outside the constraints is refused" 65 \
    kindling cert issue outside --host www.example.com --to "$folder/outside" --lab "$folder/lab.yaml"
check "the refused leaf left no file" test ! -e "$folder/outside"

fingerprint=$(openssl x509 -in "$folder/nas/ca.crt" -noout -fingerprint -sha256 | cut -d = -f 2)
if kindling ca show --lab "$folder/lab.yaml" 2>&1 | tr -d ':' | grep -qi "${fingerprint//:/}"; then
    pass "ca show prints the SHA-256 fingerprint of the root"
else
    failed "ca show prints the SHA-256 fingerprint of the root" "$fingerprint"
fi
