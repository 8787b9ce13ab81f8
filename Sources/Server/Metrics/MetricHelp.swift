//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What each metric means, as it stands in the HELP line.
enum MetricHelp {
    static let texts = [
        "kindling_build_info": "The version that runs; always 1.",
        "kindling_certificate_expiry_seconds": "Seconds until the certificate that is shown ends.",
        "kindling_certificate_expiry_timestamp_seconds":
            "When a certificate or revocation list ends, in seconds since 1970, by name and kind.",
        "kindling_certificates_due":
            "Certificates and revocation lists that two thirds of their life have passed of, by kind.",
        "kindling_code_replays_total": "Authorization codes that came a second time.",
        "kindling_grants": "Grants with a token that is still good.",
        "kindling_http_request_duration_seconds": "Time from request to answer.",
        "kindling_http_requests_total": "Requests by pattern of the route, method and status.",
        "kindling_logins_total": "Sign-ins with a password, by result.",
        "kindling_logout_notices_total": "Attempts to tell relying parties that a session has ended, by result.",
        "kindling_password_checks_waiting": "Passwords that wait for their turn to be checked.",
        "kindling_refresh_reuse_total": "Refresh tokens that came a second time.",
        "kindling_sessions": "Sessions of browsers that have not expired.",
        "kindling_signing_key_age_seconds": "Seconds since the key that signs now began to.",
        "kindling_signing_keys": "Keys for tokens: next, current and retired.",
        "kindling_token_errors_total": "Token requests that were refused, by grant and error.",
        "kindling_tokens_issued_total": "Token requests that were answered with tokens, by grant and client.",
        "process_cpu_seconds_total": "Processor time of the process, user and system.",
        "process_open_fds": "Open file descriptors.",
        "process_resident_memory_bytes": "Resident memory.",
        "process_start_time_seconds": "When the process began, in seconds since 1970.",
    ]
}
