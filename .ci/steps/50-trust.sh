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
