# shellcheck shell=bash
# The first seed's lab rendered whole: cloud-init's own schema, and every document inside of a document.

folder=$WORK/kidd.network
mkdir -p "$folder"
cp bootstrap/labs/kidd.network/lab.yaml "$folder/"
check "make the lab" kindling up --once --lab "$folder/lab.yaml"
check "render is up to date after up" kindling render --check --lab "$folder/lab.yaml"
nodes=$("$PYTHON" -c 'import sys, yaml; print(*[n["name"] for n in yaml.safe_load(open(sys.argv[1]))["nodes"]])' \
    "$folder/lab.yaml")
mkdir -p "$folder/user-data"
for node in $nodes; do
    file=$folder/user-data/$node
    check "$node: render user-data" kindling render user-data "$node" --seed inline --to "$file" --lab "$folder/lab.yaml"
    check "$node: user-data is 0600" test "$(stat -c %a "$file")" = 600
    check "$node: cloud-init schema" cloud-init schema --config-file "$file"
done
check "every document and every script in the outputs parses" "$PYTHON" .ci/tools/documents.py \
    ${SCHEMAS:+--schemas "$SCHEMAS"} "$folder/user-data" "$folder/out"
hosts=$WORK/hosts
mkdir -p "$hosts"
cp Tests/RenderingTests/Goldens/hosts/lab.yaml "$hosts/"
check "every host: make the lab" kindling up --once --lab "$hosts/lab.yaml"
for node in imaged installed board; do
    check "$node: cloud-init schema" cloud-init schema --config-file "$hosts/out/nodes/$node/user-data"
done
check "every host: what is inside of its user-data parses, the installer's too" "$PYTHON" .ci/tools/documents.py \
    ${SCHEMAS:+--schemas "$SCHEMAS"} "$hosts/out/nodes"
example=bootstrap/netboot/assets/ubuntuserver/boot/user-data.oidc.example
check "user-data.oidc.example: cloud-init schema" cloud-init schema --config-file "$example"
check "user-data.oidc.example parses in depth" "$PYTHON" .ci/tools/documents.py "$example"
if grep -q 'PRIVATE KEY' "$example"; then
    failed "user-data.oidc.example holds no private key"
else
    pass "user-data.oidc.example holds no private key"
fi
