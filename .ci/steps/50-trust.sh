# shellcheck shell=bash
# The ConfigMap as a trust directory, mounted as the kubelet does it, before TLS clients.

folder=$(lab trust p256)
check "trust: ca create" kindling ca create --lab "$folder/lab.yaml"
check "trust: cert issue" kindling cert issue nas --to "$folder/nas" --lab "$folder/lab.yaml"
check "trust: configmap" kindling configmap --namespace apps --to "$folder/configmap.yaml" --lab "$folder/lab.yaml"
check "trust: bundle" kindling bundle --format pem --to "$folder/bundle.pem" --lab "$folder/lab.yaml"
check "the bundle is the root alone" cmp "$folder/bundle.pem" "$folder/nas/ca.crt"
check "configmap on standard output is the same" cmp "$folder/configmap.yaml" \
    <(kindling configmap --namespace apps --lab "$folder/lab.yaml")
if [ -d "$JUDGES/trust" ]; then
    judged "trust" env JUDGE_PYTHON="$PYTHON" \
        "$JUDGES/trust/judge-trust-dir.sh" "$folder/configmap.yaml" "$folder/nas/tls.crt" "$folder/nas/tls.key" nas.lab.test
else
    skip "judges/trust" "../shared is absent"
fi

# Every form, from this lab and from another that nobody trusts.
other=$(lab trust-other p256)
check "trust: another lab" kindling ca create --lab "$other/lab.yaml"
for form in pem der pkcs12 jks configmap secret cloud-init; do
    check "bundle $form" kindling bundle --format "$form" --to "$folder/bundle.$form" --lab "$folder/lab.yaml"
    check "bundle $form is the same each time" cmp "$folder/bundle.$form" \
        <(kindling bundle --format "$form" --lab "$folder/lab.yaml")
    kindling bundle --format "$form" --to "$other/bundle.$form" --lab "$other/lab.yaml" 2>/dev/null
done
check "bundle dir" kindling bundle --format dir --to "$folder/dir" --lab "$folder/lab.yaml"
check "bundle with the machine's roots" kindling bundle --format pkcs12 --with-system --to "$folder/system.p12" \
    --lab "$folder/lab.yaml"
printf 'more than 8 #$"\n' >"$folder/words" && chmod 600 "$folder/words"
check "bundle with a password of one's own" kindling bundle --format pkcs12 --password-file "$folder/words" \
    --to "$folder/own.p12" --lab "$folder/lab.yaml"

# count COMMAND...: lines of its output that the pattern in $lines matches.
count() { "$@" 2>/dev/null | grep -cE "$lines"; }
system_roots=$(lines='BEGIN CERTIFICATE' count kindling bundle --with-system --lab "$folder/lab.yaml")
check "openssl finds the root in PKCS#12" test 1 = \
    "$(lines='BEGIN CERTIFICATE' count openssl pkcs12 -in "$folder/bundle.pkcs12" -passin pass:changeit -nokeys)"
check "openssl finds the machine's roots too" test "$system_roots" = \
    "$(lines='BEGIN CERTIFICATE' count openssl pkcs12 -in "$folder/system.p12" -passin pass:changeit -nokeys)"
check "openssl takes the password of one's own" openssl pkcs12 -in "$folder/own.p12" -passin "file:$folder/words" -noout
check "GnuTLS reads PKCS#12" certtool --p12-info --inder --infile "$folder/bundle.pkcs12" --password changeit
check "DER is the root" cmp "$folder/bundle.der" <(openssl x509 -in "$folder/bundle.pem" -outform DER)
if command -v cloud-init >/dev/null; then
    check "cloud-init takes its form" cloud-init schema --config-file "$folder/bundle.cloud-init"
else
    skip "cloud-init takes its form" "cloud-init is not installed"
fi

openssl s_server -accept 127.0.0.1:19443 -cert "$folder/nas/tls.crt" -cert_chain "$folder/nas/tls.crt" \
    -key "$folder/nas/tls.key" -quiet -www >/dev/null 2>&1 &
started+=("$!")
sleep 1
fetch=(curl -fsS --noproxy '*' --resolve nas.lab.test:19443:127.0.0.1 https://nas.lab.test:19443/ -o /dev/null)
check "curl trusts the folder" "${fetch[@]}" --capath "$folder/dir"
expect_exit "curl trusts nothing without it" 60 "${fetch[@]}"
check "Python trusts the folder" env SSL_CERT_DIR="$folder/dir" SSL_CERT_FILE=/dev/null "$PYTHON" -c '
import socket, ssl
context = ssl.create_default_context()
context.wrap_socket(socket.create_connection(("127.0.0.1", 19443)), server_hostname="nas.lab.test").close()'

if command -v keytool >/dev/null && command -v javac >/dev/null; then
    for form in pkcs12 jks; do
        lines=trustedCertEntry
        check "keytool lists a trusted entry in $form" test 1 = \
            "$(count keytool -list -keystore "$folder/bundle.$form" -storepass changeit)"
    done
    check "keytool lists the machine's roots too" test "$system_roots" = \
        "$(lines=trustedCertEntry count keytool -list -keystore "$folder/system.p12" -storepass changeit)"
    check "keytool takes the password of one's own" keytool -list -keystore "$folder/own.p12" \
        -storepass:file <(tr -d '\n' <"$folder/words")
    check "javac" javac -d "$folder/java" .ci/tools/Handshake.java
    # java_trusts STORE [OPTION...]: a handshake of Java's with that store.
    java_trusts() {
        local store=$1
        shift
        java -cp "$folder/java" -Djavax.net.ssl.trustStore="$store" "$@" Handshake nas.lab.test 19443
    }
    changeit=-Djavax.net.ssl.trustStorePassword=changeit
    check "Java trusts PKCS#12" java_trusts "$folder/bundle.pkcs12" "$changeit"
    check "Java trusts PKCS#12 without being told the password" java_trusts "$folder/bundle.pkcs12"
    check "Java trusts JKS" java_trusts "$folder/bundle.jks" "$changeit"
    check "Java trusts PKCS#12 with the machine's roots" java_trusts "$folder/system.p12" "$changeit"
    expect_exit "Java does not trust another lab's" 1 java_trusts "$other/bundle.pkcs12" "$changeit"
else
    skip "Java" "there is no JDK"
fi
end_started
