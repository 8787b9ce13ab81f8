# shellcheck shell=bash
# Relying parties and a browser log in, each knowing nothing of kindling but its issuer and its CA.

folder=$WORK/login
mkdir -p "$folder/shots"
cp bootstrap/labs/local/lab.yaml "$folder/"
issuer=https://localhost:5556
ca=$folder/out/ca.crt
password="$(openssl rand -base64 18)"
secret=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')
read -r user group < <("$PYTHON" .ci/tools/administrator.py "$folder/lab.yaml")

check "login: up --once" kindling up --once --lab "$folder/lab.yaml"
check "login: user passwd from standard input" kindling user passwd "$user" --lab "$folder/lab.yaml" <<<"$password"
check "login: client set from standard input" kindling client set web --lab "$folder/lab.yaml" <<<"$secret"
check "login: ca export" kindling ca export --to "$ca" --lab "$folder/lab.yaml"
if start_server "$issuer" "$ca" "$ARTEFACTS/server.log" up --lab "$folder/lab.yaml"; then
    pass "login: up serves"
else
    failed "login: up serves"
    return 1
fi

check "login: client show --reveal gives what was set" grep -qF "$secret" \
    <(kindling client show web --reveal --yes --lab "$folder/lab.yaml")
check "login: healthz" curl -fsS --noproxy '*' --cacert "$ca" "$issuer/healthz"

if [ ! -d "$JUDGES/oidc" ]; then
    skip "judges/oidc" "../shared is absent"
else
    # rp NAME CLIENT SECRET PROGRAM ARGUMENTS...: secrets go by the environment, never by argv.
    rp() {
        JUDGE_CLIENT_SECRET=$3 JUDGE_PASSWORD=$password judged "$1" "$PYTHON" "$JUDGES/oidc/$4" \
            --client-id "$2" --issuer "$issuer" --ca "$ca" --user "$user" "${@:5}"
    }
    web() { rp "$1" web "$secret" "${@:2}"; }
    cli() { rp "$1" cli "" "${@:2}"; }

    web "authlib, basic" rp_authlib.py --auth-method client_secret_basic
    web "authlib, post" rp_authlib.py --auth-method client_secret_post
    # The client is a command line: it has no page to come back to after signing out.
    NOT_JUDGED='^logout\.redirect' cli "authlib, public" rp_authlib.py --redirect-uri http://127.0.0.1:8123/cb
    if [ "$(id -u)" = 0 ]; then
        modauth=(rp_modauth.py --group "$group" --user-claim email)
        # Logout tokens go to relying parties once the provider sends them; theirs is then a certificate of the lab.
        discovery=$(curl -fsS --noproxy '*' --cacert "$ca" "$issuer/.well-known/openid-configuration")
        if grep -qE '"backchannel_logout_supported" ?: ?true' <<<"$discovery"; then
            certificate=$folder/out/certificates/rp
            modauth+=(--backchannel --tls-cert "$certificate/tls.crt" --tls-key "$certificate/tls.key")
        else
            skip "mod_auth_openidc: back-channel logout" "the provider does not send logout tokens yet"
        fi
        web "mod_auth_openidc" "${modauth[@]}"
        web "mod_auth_openidc, form_post" "${modauth[@]}" --response-mode form_post
    else
        skip "mod_auth_openidc" "the judge starts Apache as root"
    fi
    cli "Chromium" rp_selenium.py --shots "$ARTEFACTS/login"
    cli "Chromium without JavaScript" rp_selenium.py --no-js --shots "$ARTEFACTS/login-no-js"
fi
end_started
