internal import JSON

/// What the objects need from elsewhere.
extension Inventory {
    /// An image, and the objects that name it.
    public struct Image: Hashable, Sendable {
        public let reference: String
        public let users: [ObjectName]

        /// The registry it comes from; Docker's where it names none.
        public var registry: String {
            let first = reference.prefix { $0 != "/" }
            let isHost = first.contains(".") || first.contains(":") || first == "localhost"
            return isHost && first.count < reference.count ? String(first) : "docker.io"
        }
    }

    /// A SealedSecret; what is in it is never read.
    public struct Sealed: Hashable, Sendable {
        public let name: ObjectName
        /// `strict`, `namespace-wide` or `cluster-wide`.
        public let scope: String
    }

    /// Every image of every pod template, sorted.
    public var images: [Image] {
        var users: [String: Set<ObjectName>] = [:]
        for object in wanted where object.name.kind != "CustomResourceDefinition" {
            Self.collect(object.manifest) { users[$0, default: []].insert(object.name) }
        }
        return users.map { Image(reference: $0.key, users: $0.value.sorted()) }
            .sorted { $0.reference < $1.reference }
    }

    /// Whatever is brought, computed or not.
    public var wanted: [DesiredObject] { objects.filter { $0.standing != .leftOut } }

    private static func collect(_ value: JSONValue, _ found: (String) -> Void) {
        switch value {
        case .array(let elements): for element in elements { collect(element, found) }
        case .object(let members):
            for (key, member) in members {
                for element in member.array ?? [] {
                    if ["containers", "initContainers", "ephemeralContainers"].contains(key),
                        let image = element["image"]?.string, !image.isEmpty
                    {
                        found(image)
                    }
                    if key == "volumes", let image = element.at("image", "reference")?.string {
                        found(image)
                    }
                }
                collect(member, found)
            }
        default: break
        }
    }

    /// Every SealedSecret that is brought.
    public var sealed: [Sealed] {
        wanted.filter { $0.name.kind == "SealedSecret" }.map { object in
            let notes = object.manifest.at("metadata", "annotations")
            func says(_ key: String) -> Bool { notes?[key]?.string == "true" }
            let scope =
                says("sealedsecrets.bitnami.com/cluster-wide")
                ? "cluster-wide"
                : says("sealedsecrets.bitnami.com/namespace-wide") ? "namespace-wide" : "strict"
            return Sealed(name: object.name, scope: scope)
        }.sorted { $0.name < $1.name }
    }

    /// Storage classes that claims ask for, with the claims.
    public var storageClassesUsed: [String: [ObjectName]] {
        var used: [String: [ObjectName]] = [:]
        for object in wanted {
            var claims: [JSONValue] = []
            if object.name.kind == "PersistentVolumeClaim" { claims.append(object.manifest) }
            claims += object.manifest.at("spec", "volumeClaimTemplates")?.array ?? []
            for claim in claims {
                // A claim of a volume by name asks no class for one.
                guard let name = claim.at("spec", "storageClassName")?.string, !name.isEmpty,
                    claim.at("spec", "volumeName")?.string == nil
                else { continue }
                used[name, default: []].append(object.name)
            }
        }
        return used
    }

    /// Storage classes the inventory brings itself.
    public var storageClassesDefined: Set<String> {
        Set(wanted.filter { $0.name.kind == "StorageClass" }.map(\.name.name))
    }

    /// Kinds that no server has by itself and no definition here defines, with
    /// who needs them. `brought` are groups somebody brings beforehand.
    public func undefinedKinds(brought: Set<String>) -> [String: [ObjectName]] {
        let defined = Set(
            wanted.filter { $0.name.kind == "CustomResourceDefinition" }.compactMap { object in
                object.manifest.at("spec", "names", "kind")?.string.map {
                    "\($0).\(object.manifest.at("spec", "group")?.string ?? "")"
                }
            })
        var missing: [String: [ObjectName]] = [:]
        for object in wanted {
            let name = object.name, key = "\(name.kind).\(name.group)"
            guard !Kinds.builtIn.contains(name.group), !brought.contains(name.group),
                !defined.contains(key)
            else { continue }
            missing[key, default: []].append(name)
        }
        return missing
    }

    /// Names under which something of the inventory answers inside the cluster:
    /// hosts of routes, and names of Services.
    public var ownHosts: [String: ObjectName] {
        var hosts: [String: ObjectName] = [:]
        for object in wanted {
            let spec = object.manifest["spec"]
            for rule in spec?["rules"]?.array ?? [] where object.name.kind == "Ingress" {
                if let host = rule["host"]?.string { hosts[host] = object.name }
            }
            for host in spec?["hostnames"]?.array ?? [] where object.name.kind.hasSuffix("Route") {
                if let host = host.string { hosts[host] = object.name }
            }
            if object.name.kind == "Service", let address = spec?["clusterIP"]?.string {
                if address != "None" { hosts[address] = object.name }
            }
        }
        return hosts
    }
}
