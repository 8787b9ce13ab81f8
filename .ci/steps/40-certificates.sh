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

# Leaves of each key type under the first of the authorities.
folder=$WORK/certificates-p256
for type in p384 rsa3072; do
    check "leaf $type: cert issue" kindling cert issue "leaf-$type" --host "leaf-$type.lab.test" --key-type "$type" \
        --to "$folder/leaf-$type" --lab "$folder/lab.yaml"
    [ ! -d "$JUDGES/certs" ] || judge_leaf "leaf $type" "$folder/leaf-$type" "leaf-$type.lab.test"
done

expect_exit "a name outside the constraints is refused" 65 \
    kindling cert issue outside --host www.example.com --to "$folder/outside" --lab "$folder/lab.yaml"
check "the refused leaf left no file" test ! -e "$folder/outside"

fingerprint=$(openssl x509 -in "$folder/nas/ca.crt" -noout -fingerprint -sha256 | cut -d = -f 2)
if kindling ca show --lab "$folder/lab.yaml" 2>&1 | tr -d ':' | grep -qi "${fingerprint//:/}"; then
    pass "ca show prints the SHA-256 fingerprint of the root"
else
    failed "ca show prints the SHA-256 fingerprint of the root" "$fingerprint"
fi
