import LabHosts

/// Every fault the lab has.
enum FaultCatalogue {
    static let all: [any Fault.Type] = [
        KillNode.self, StopUnit.self, WipeDatastore.self, LoseSealingKeys.self, BreakImage.self,
        DeleteObject.self, SuspendFlux.self, CutDoor.self, WrongName.self,
        ExpireCertificate.self, SkewClock.self, ExpireServerCertificate.self,
        ExpireNodeCertificate.self, CutNetwork.self, DriftAddress.self, LoseGitHost.self,
        StopFileServer.self, RenewFileServer.self, EmptyFileServer.self,
    ]

    /// Reads a line such as `kill-node rpi2`.
    static func fault(
        _ line: String, in description: LabDescription
    ) throws(InputError) -> any Fault {
        let words = line.split(separator: " ").map(String.init)
        guard let type = all.first(where: { $0.name == words.first }) else {
            throw InputError("the lab has no fault '\(line)'; it has:\n\(help)")
        }
        guard words.count == type.usage.split(separator: " ").count else {
            throw InputError("'\(line)' does not fit \(type.usage): \(type.meaning)")
        }
        return try type.init(Array(words.dropFirst()), in: description)
    }

    /// Names and meanings, a line each.
    static var help: String {
        let width = all.map { $0.usage.count }.max() ?? 0
        return all.map { type in
            "  " + type.usage + String(repeating: " ", count: width - type.usage.count + 2)
                + type.meaning
        }.joined(separator: "\n")
    }
}

extension LabDescription {
    /// `name`, if it is a machine of the estate.
    func machine(_ name: String) throws(InputError) -> String {
        guard hosts.contains(where: { $0.name == name }) else {
            throw InputError(
                "\(estate) has no machine \(name); there are: "
                    + hosts.map(\.name).joined(separator: ", "))
        }
        return name
    }

    /// `name`, if the lab simulates a cluster of that name.
    func simulatedCluster(_ name: String) throws(InputError) -> String {
        guard clusters.contains(name) else {
            throw InputError(
                "\(estate) has no cluster \(name); there are: "
                    + clusters.joined(separator: ", "))
        }
        return name
    }
}
