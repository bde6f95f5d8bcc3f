/// The words of `estate.yaml`: which there are, and what stands behind each.
///
/// A mapping may have other words too, for facts only a runbook asks for; one
/// that is nearly one of these is taken for a mistake. `unknown` may stand
/// everywhere.
enum EstateSchema {
    /// What may stand behind a word.
    enum Kind {
        case text, texts, number, flag, mapping
        /// Things with names.
        case things
        /// An address range, such as `10.42.0.0/16`.
        case range
        /// An amount of memory, such as `32 GB`.
        case memory
        /// Names of elements, all of which it cannot do without; `{ any: […] }`
        /// where one of several is enough, `{ most: […] }` for a majority.
        case needs
        /// Several forms; whoever uses it judges it.
        case any
    }

    static let estate: [String: Kind] = [
        "estate": .number, "name": .text, "title": .text, "owner": .text, "note": .text,
        "clusters": .things, "nodes": .things, "machines": .things, "not-nodes": .things,
        "sources": .any, "documents": .things, "dependencies": .things, "services": .things,
        "single-points-of-failure": .things, "circularities": .things, "backups": .things,
    ]

    /// The words of the things in each list.
    static let things: [String: [String: Kind]] = [
        "clusters": cluster, "nodes": node, "machines": machine, "dependencies": dependency,
        "services": ["name": .text, "needs": .needs, "note": .text],
        "single-points-of-failure": ["name": .text, "what": .text, "if": .text, "note": .text],
        "circularities": ["name": .text, "members": .texts, "note": .text],
        "not-nodes": ["name": .text, "where": .text, "seen": .text, "note": .text],
        "documents": [
            "name": .text, "layer": .text, "url": .text, "valid-until": .text, "note": .text,
        ],
        "backups": backup,
    ]

    private static let cluster: [String: Kind] = [
        "name": .text, "purpose": .text, "environment": .text, "owner": .text,
        "distribution": .text, "distribution-note": .text, "version": .text, "version-note": .text,
        "datastore": .text, "api": .text, "cni": .text, "cni-backend": .text, "cni-mode": .text,
        "cni-note": .text, "load-balancer-pool": .text, "load-balancer-announced-by": .text,
        "pod-cidr": .range, "service-cidr": .range, "node-networks": .any, "bridges": .texts,
        "interface": .text, "storage": .text, "storage-classes": .texts, "storage-note": .text,
        "storage-replicas": .number, "storage-access": .text, "storage-backup": .text,
        "storage-exports": .any, "ingress": .mapping, "gitops": .mapping, "secrets": .mapping,
        "fleet-namespace": .text, "registry": .mapping, "certificates": .text, "policy": .text,
        "identity": .text, "dns": .text, "dns-note": .text, "tiers": .mapping,
        "node-labels": .mapping, "singletons": .texts, "contract": .mapping, "needs": .needs,
        "probes": .mapping, "note": .text,
    ]

    private static let machine: [String: Kind] = [
        "name": .text, "kind": .text, "on": .text, "needs": .needs, "vm": .number, "id": .number,
        "cores": .number, "threads": .number, "memory": .memory, "address": .text, "state": .text,
        "model": .text, "processor": .text, "hypervisor": .text, "disks": .texts, "devices": .any,
        "decommissioned": .text, "note": .text,
    ]

    private static let node: [String: Kind] = [
        "name": .text, "cluster": .text, "role": .text, "class": .text, "provider": .text,
        "on": .text, "needs": .needs, "vm": .number, "cores": .number, "memory": .memory,
        "architecture": .text, "operating-system": .text, "kernel": .text,
        "container-runtime": .text, "version": .text, "address": .mapping, "labels": .mapping,
        "taints": .texts, "resolvers": .texts, "disks": .texts, "devices": .any, "data": .text,
        "server-flags": .texts, "note": .text,
    ]

    private static let dependency: [String: Kind] = [
        "name": .text, "kind": .text, "needs": .needs, "restored-from": .needs, "lives": .text,
        "single-point": .any, "redundancy": .text, "contact": .text, "credentials": .text,
        "probe": .text, "runbook": .text, "address": .text, "note": .text,
    ]

    private static let backup: [String: Kind] = [
        "name": .text, "kind": .text, "cluster": .text, "host": .text, "path": .text,
        "file": .text, "sha256": .text, "taken": .text, "note": .text,
    ]
}
