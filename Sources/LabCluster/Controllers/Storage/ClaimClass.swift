import JSON

/// How the storage class of a claim gets it a volume.
struct ClaimClass {
    private let claim: JSONValue
    private let world: World
    let name: String
    private let object: JSONValue?

    init(_ claim: JSONValue, in world: World) {
        self.claim = claim
        self.world = world
        let wanted = claim.at("spec", "storageClassName")?.string ?? Self.standard(in: world)
        name = wanted
        object = world.object(.storageClasses, nil, wanted)
    }

    /// The class of a claim that names none.
    static func standard(in world: World) -> String {
        let marked = world.all(.storageClasses).first {
            $0.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
        }
        return marked?.name ?? "local-path"
    }

    static let localPath = "rancher.io/local-path"
    static let longhorn = "driver.longhorn.io"

    /// Who makes its volumes. A k3s without the class's object still has the class.
    var provisioner: String {
        object?["provisioner"]?.string ?? (name == "local-path" ? Self.localPath : "")
    }

    /// Whether somebody here makes volumes for it.
    var isProvisioned: Bool { [Self.localPath, Self.longhorn].contains(provisioner) }

    var reclaimPolicy: String { object?["reclaimPolicy"]?.string ?? "Delete" }

    func parameter(_ name: String) -> String? { object?.at("parameters")?[name]?.string }

    /// Bound when it is made, not when its first pod is scheduled.
    var isImmediate: Bool {
        guard let object else { return name != "local-path" }
        return object["volumeBindingMode"]?.string != "WaitForFirstConsumer"
    }

    /// Whether a volume could be had on `node`.
    func canHaveVolume(on node: JSONValue) -> Bool {
        isProvisioned
            || candidates.contains { Fit.matches($0.at("spec", "nodeAffinity", "required"), node) }
    }

    /// Free volumes that satisfy the claim, the smallest first.
    var candidates: [JSONValue] {
        let wanted = Quantity(claim.at("spec", "resources", "requests", "storage")) ?? .zero
        let modes = claim.at("spec", "accessModes")?.array ?? []
        let selector = claim.at("spec", "selector").flatMap { LabelSelector($0) }
        return world.all(.persistentVolumes).filter { volume in
            let offered = volume.at("spec", "accessModes")?.array ?? []
            return volume.phase == "Available" && !volume.isTerminating
                && volume.at("spec", "claimRef") == nil
                && (volume.at("spec", "storageClassName")?.string ?? "") == name
                && size(volume) >= wanted && modes.allSatisfy(offered.contains)
                && selector?.matches(volume.labels) != false
        }.sorted { (size($0), $0.name) < (size($1), $1.name) }
    }

    private func size(_ volume: JSONValue) -> Quantity {
        Quantity(volume.at("spec", "capacity", "storage")) ?? .zero
    }
}
