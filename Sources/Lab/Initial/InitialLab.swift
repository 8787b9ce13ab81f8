//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The lab.yaml that `kindling init` writes.
package enum InitialLab {
    /// A commented lab.yaml for a lab of this name and domain, valid as it stands.
    ///
    /// `address` is that of the machine which runs kindling. Nothing is checked here: ``LabDecoder`` judges the result, so
    /// that a bad name is reported as it would be in a file. Of the domain `localhost` it makes a lab on loopback.
    package static func text(name: String, domain: String, address: String = "192.168.1.66") -> String {
        domain == "localhost" ? loopback(name) : networked(name, domain, address)
    }

    private static func networked(_ name: String, _ domain: String, _ address: String) -> String {
        """
        # The whole of the lab, in one file. It holds no secret, so commit it.
        # What may stand where: kindling schema. What is wrong: every command says so, with line and column.

        lab: \(name)
        domain: \(domain)

        # The certificate authority. It issues inside `permitted` alone, and clients hold it to that.
        authority:
          commonName: \(name) Root CA
          lifetime: 10y
          leaf: {keyType: p256, lifetime: 90d}
          permitted: [\(domain)]              # add address ranges, such as 192.168.1.0/24, for certificates with addresses

        # The identity provider. Its issuer is compared byte for byte everywhere: choose it once.
        identity:
          issuer: https://dex.\(domain)
          address: \(address)              # of the machine that runs kindling; nodes map the issuer's name to it
          administrators: [cluster-admins]

        # People. Passwords live in the state: `kindling up` prints a link by which an administrator sets one.
        users:
          - {email: admin@\(domain), username: admin, name: Admin, groups: [cluster-admins]}

        # Apps that sign people in. `app` is a preset: it knows redirect paths, scopes and more. Secrets are made for you.
        clients:
          - {app: headlamp, url: https://headlamp.\(domain)}
          - {app: argocd, url: https://argocd.\(domain), roles: {admin: [cluster-admins]}}
          - {app: kubernetes}                 # kubectl, by kubelogin
        #   - id: wiki                        # any other app
        #     name: Wiki
        #     redirectURIs: [https://wiki.\(domain)/callback]

        # TLS certificates beside the issuer's own, which is implicit.
        certificates: []
        #   - {name: nas, hosts: [nas.\(domain)]}

        # The cluster, when there is one; `kindling render` writes what it needs.
        # cluster:
        #   distribution: k3s
        #   version: v1.33.6+k3s1
        #   endpoint: 192.168.1.70             # of the first server
        #   components: {cert-manager: v1.19.4, trust-manager: v0.24.0, argocd: 9.1.0, headlamp: 0.39.0}

        # Its machines; the first server listed is the first server.
        # nodes:
        #   - {name: \(name)-1, role: server, arch: arm64, address: 192.168.1.70/24}
        #   - {name: \(name)-2, role: agent, arch: arm64, address: dhcp}

        """
    }

    private static func loopback(_ name: String) -> String {
        """
        # A lab on one machine. It holds no secret, so commit it.
        # What may stand where: kindling schema. What is wrong: every command says so, with line and column.

        lab: \(name)
        domain: localhost

        # The certificate authority. It issues inside `permitted` alone, and clients hold it to that.
        authority:
          commonName: \(name) Root CA
          permitted: [localhost, 127.0.0.0/8]

        # The identity provider. On loopback it needs no address and no right to low ports.
        identity:
          issuer: https://localhost:5556
          administrators: [cluster-admins]

        # People. Passwords live in the state: `kindling up` prints a link by which an administrator sets one.
        users:
          - {email: admin@localhost, username: admin, name: Admin, groups: [cluster-admins]}

        # Apps that sign people in. Their secrets are made for you: kindling client show ID --reveal
        clients:
          - id: web
            redirectURIs: [https://localhost:9444/callback]

        """
    }
}
