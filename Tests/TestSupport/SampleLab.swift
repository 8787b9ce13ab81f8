//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Texts of lab.yaml that several targets begin with.
package enum SampleLab {
    /// Every key that is not settled by another one, none with its default.
    package static let complete = """
        lab: ainur
        domain: kidd.network
        authority:
          commonName: Kidd Lab Root CA
          organization: kidd.network
          keyType: p384
          lifetime: 9y
          leaf: {keyType: rsa3072, lifetime: 60d}
          permitted: [kidd.network, 192.168.1.0/24]
          url: http://pki.kidd.network
          listen: 0.0.0.0:8080
        identity:
          provider: dex
          issuer: https://dex.kidd.network:8443/dex
          address: 192.168.1.66
          listen: 0.0.0.0:5556
          proxied: true
          trustedProxies: [10.42.0.0/16, 192.168.1.66]
          metrics: 127.0.0.1:5558
          lifetimes:
            code: 30s
            idToken: 2h
            accessToken: 30m
            refreshToken: 10d
            refreshReuseGrace: 10s
            session: 8h
          keyRotation: 20d
          administrators: [cluster-admins]
          refusedPasswords: refused.txt
          connectors:
            - type: gitea
              id: forgejo
              name: Forgejo of the lab
              url: https://forge.kidd.network
              clientID: kindling
              secret: forgejo-client-secret
              orgs: [ainur]
              rootCA: forge.pem
        users:
          - email: admin@kidd.network
            username: manwe
            name: Admin
            groups: [cluster-admins]
            id: "0001"
            shell: /bin/bash
            sudo: true
            sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@laptop"]
        clients:
          - app: grafana
            id: graphs
            name: Graphs
            urls: [https://grafana.kidd.network, https://grafana.example.ts.net]
            groups: [cluster-admins]
            consent: ask
            algorithm: ES256
            roles: {Admin: [cluster-admins]}
          - app: argocd
            url: https://argocd.kidd.network
          - id: wiki
            name: The Wiki
            url: https://wiki.kidd.network
            public: true
            redirectURIs: [https://wiki.kidd.network/callback, com.example.wiki:/callback]
            postLogoutRedirectURIs: [https://wiki.kidd.network/bye]
            backchannelLogoutURI: https://wiki.kidd.network/logout
            grants: [authorization_code, device_code]
        certificates:
          - {name: nas, hosts: [nas.kidd.network, 192.168.1.9], profile: peer, keyType: rsa4096, lifetime: 30d}
        secrets:
          - {name: backup-password, length: 40, alphabet: hex}
        cluster:
          name: arda
          distribution: rke2
          version: v1.33.6+rke2r1
          install:
            source: https://mirror.kidd.network/rke2
            folder: /srv/rke2
            sha256:
              amd64: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              arm64: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
          endpoint: 192.168.1.70
          ingress:
            gateway:
              parentRefs:
                - {name: lab, namespace: gateways, sectionName: https, port: 443}
          groupsPrefix: "lab:"
          registries:
            mirrors:
              docker.io:
                endpoint: [https://registry.kidd.network:5000]
                rewrite: {"^library/(.*)": "mirror/$1"}
            configs:
              registry.kidd.network:5000:
                tls:
                  ca_file: /etc/ssl/lab.crt
                  cert_file: /etc/ssl/node.crt
                  key_file: /etc/ssl/node.key
                  insecure_skip_verify: false
          trust: {configMap: trust, key: root.pem, namespaceLabel: kidd.network/trust=yes}
          components: {cert-manager: v1.19.4, trust-manager: v0.24.0, argocd: 9.1.0, headlamp: 0.39.0}
          layout: kustomize
          secretForm: external-secret
          externalSecret: {store: onepassword, kind: SecretStore, item: Dex}
        nodes:
          - name: valar-1
            mac: "DC:a6:32:01:02:03"
            role: server
            profile: ubuntuserver
            arch: arm64
            os: ubuntu-22.04
            install: autoinstall
            clock: true
            address: 192.168.1.70/24
            sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@laptop]
            packages: [nfs-common]
            files:
              - path: /etc/motd
                content: |
                  Valar
                  morghulis
                owner: root:root
                permissions: "0644"
                encoding: text/plain
                append: true
                defer: true
            enrol: token
          - {name: valar-2, uuid: 4C4C4544-0042-3510-8051-b4c04f564432, role: agent}
          - {name: valar-3, serial: 10000000deadbeef, role: agent}
        netboot:
          address: 192.168.1.66
          http: 0.0.0.0:80
          https: 0.0.0.0:8443
          tftp: 0.0.0.0:69
          proxyDHCP: eth0
          profiles:
            ubuntuserver:
              os: ubuntu-24.04
              kernel: vmlinuz
              initrd: initrd.img
              root: nfsroot=192.168.1.66:/srv
              arguments: [overlayroot=tmpfs, quiet, quiet]

        """
}
