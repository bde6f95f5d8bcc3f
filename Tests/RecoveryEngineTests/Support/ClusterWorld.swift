import JSON
import RecoveryEngine

/// As much of two clusters and a machine as the loss of a node needs: objects
/// by `kind/name`, and the controllers' reactions at once.
struct ClusterWorld: ScriptedWorld {
    private var objects: [String: JSONValue]
    private var token = ""
    private var hasMachine = false

    init() { objects = Self.start }

    var fingerprint: String { "\(JSONValue.object(objects).text) \(token) \(hasMachine)" }

    func delay(_ act: Act) -> Int {
        switch act.deed {
        case .ssh(_, let words) where words[0] == "systemctl": 8000
        case .kubectl(_, let words) where words[1] == "gitrepos.fleet.cattle.io": 4000
        default: 0
        }
    }

    mutating func land(_ act: Act, at wall: Int) -> Bool {
        switch act.deed {
        case .kubectl(_, let words): return land(KubectlCall(words), act.input)
        case .ssh(_, let words):
            if words[0] == "install" { token = NodeLoss.token }
            if words[0] == "systemctl" {
                objects["node/\(NodeLoss.node)"] = Self.node("uid-2", "True")
            }
            return true
        case .run: return false
        }
    }

    private mutating func land(_ call: KubectlCall, _ input: Act.Input) -> Bool {
        switch call.verb {
        case "get": return true
        case "patch": merge(call.patch ?? [:], into: "\(call.kind)/\(call.name ?? "")")
        case "cordon": merge(["spec": ["unschedulable": true]], into: "node/\(call.words[0])")
        case "label":
            var labels = JSONValue.object([:])
            for pair in call.pairs { labels[pair.key] = .string(pair.value) }
            merge(["metadata": ["labels": labels]], into: "node/\(call.name ?? "")")
        case "taint":
            let taint: JSONValue = [
                "key": "node.kubernetes.io/out-of-service", "effect": "NoExecute",
            ]
            merge(["spec": ["taints": [taint]]], into: "node/\(call.name ?? "")")
        case "delete":
            guard case .bytes(let bytes) = input, let options = try? JSONValue(parsing: bytes),
                let path = call.raw,
                objects[path]?.at("metadata", "uid") == options.at("preconditions", "uid")
            else { return false }
            objects[path] = nil
        default: return false
        }
        react()
        return true
    }

    /// What the controllers do about it.
    private mutating func react() {
        let taints = objects["node/\(NodeLoss.node)"]?.at("spec", "taints")?.array ?? []
        if !taints.isEmpty {
            objects["volumeattachments/va-1"] = nil
            objects["pods/stuck"] = nil
        }
        guard var repository = objects["gitrepos/oci-layer7"] else { return }
        let isPaused = repository.at("spec", "paused") ?? false
        merge(["spec": ["paused": isPaused]], into: "bundledeployments/b-1")
        if isPaused == false, let revision = repository.at("spec", "revision"), revision != "" {
            repository["status"] = [
                "commit": revision, "conditions": [["type": "Ready", "status": "True"]],
            ]
            objects["gitrepos/oci-layer7"] = repository
            merge(
                ["metadata": ["labels": [Self.commit: revision]]], into: "bundledeployments/b-1")
        }
    }

    private mutating func merge(_ patch: JSONValue, into key: String) {
        objects[key] = Self.merged(objects[key] ?? [:], patch)
    }

    private static func merged(_ target: JSONValue, _ patch: JSONValue) -> JSONValue {
        guard let members = patch.object else { return patch }
        var target = target
        for (key, value) in members {
            target[key] = value == .null ? nil : merged(target[key] ?? [:], value)
        }
        return target
    }

    func output(_ act: Act) -> String {
        guard case .kubectl(_, let words) = act.deed, words[0] == "get" else { return "" }
        return get(KubectlCall(words)) ?? ""
    }

    /// What `kubectl get` prints; nil when there is no such object.
    private func get(_ call: KubectlCall) -> String? {
        if call.raw != nil { return "ok" }
        guard let name = call.name else {
            let items = objects.filter { key, object in
                if let other = call.notLabelled(Self.commit),
                    object.at("metadata", "labels", Self.commit)?.string == other
                {
                    return false
                }
                let isThere = call.onNode.map { object.at("spec", "nodeName")?.string == $0 }
                return key.hasPrefix(call.kind + "/") && isThere ?? true
            }.sorted { $0.key < $1.key }
            return JSONValue.object(["items": .array(items.map(\.value))]).text
        }
        guard let object = objects["\(call.kind)/\(name)"] else {
            return call.ignoresMissing ? "" : nil
        }
        guard let path = call.jsonPath else { return object.text }
        let value = path.reduce(Optional(object)) { $0?[$1] }
        return value.map { $0.string ?? $0.text } ?? ""
    }

    func answer(_ request: Request, at wall: Int) -> Reply {
        let said: String?
        switch request {
        case .kubectl(_, let words): said = get(KubectlCall(words))
        case .ssh(_, let words) where !hasMachine:
            return .cannot("no route to host for \(words[0])")
        case .ssh(_, ["k3s", "--version"]): said = "k3s version v1.35.4+k3s1"
        case .ssh: said = token.isEmpty ? nil : "\(token)  /etc/rancher/k3s/token"
        case .poweredOff: return .answered(Finding(.holds, "off"))
        case .nodes:
            let ready = objects["node/\(NodeLoss.node)"]?.at("metadata", "uid") == "uid-2"
            return .answered(Finding(ready ? .holds : .fails, "nodes"))
        default: return .cannot("this world has no \(request)")
        }
        guard let said else { return .ran(.exited(1), stdout: [], stderr: Array("not found".utf8)) }
        return .ran(.exited(0), stdout: Array(said.utf8), stderr: [])
    }

    mutating func confirm(at wall: Int) -> String? {
        hasMachine = true
        return "ssh-ed25519 BBBB"
    }

    /// The label that says which commit a BundleDeployment is of.
    private static let commit = "fleet.cattle.io/commit"

    private static func node(_ uid: String, _ ready: String) -> JSONValue {
        [
            "metadata": ["name": .string(NodeLoss.node), "uid": .string(uid)],
            "status": ["conditions": [["type": "Ready", "status": .string(ready)]]],
        ]
    }

    private static let start: [String: JSONValue] = [
        "node/\(NodeLoss.node)": node("uid-1", "Unknown"),
        "node/oci-arm": ["metadata": ["name": "oci-arm"]],
        "secret/\(NodeLoss.node).node-password.k3s": ["metadata": ["uid": "password-1"]],
        "volumeattachments/va-1": ["spec": ["nodeName": .string(NodeLoss.node)]],
        "pods/stuck": [
            "spec": ["nodeName": .string(NodeLoss.node)], "status": ["phase": "Running"],
        ],
        "pods/web": ["status": ["phase": "Running"]],
        "gitrepos/oci-layer7": [
            "spec": ["paused": false, "revision": ""],
            "status": ["commit": "c0", "conditions": [["type": "Ready", "status": "True"]]],
        ],
        "bundledeployments/b-1": [
            "spec": ["paused": false],
            "status": ["conditions": [["type": "Ready", "status": "True"]]],
        ],
        "pv/pv-1": [
            "metadata": ["name": "pv-1"],
            "spec": [
                "persistentVolumeReclaimPolicy": "Delete",
                "claimRef": ["namespace": "drill", "name": "notes"],
                "nodeAffinity": ["required": [["values": [.string(NodeLoss.node)]]]],
            ],
        ],
        "pv/pv-2": [
            "metadata": ["name": "pv-2"],
            "spec": [
                "persistentVolumeReclaimPolicy": "Delete", "nodeAffinity": ["values": ["oci-arm"]],
            ],
        ],
    ]
}
