/// Why a k3s server does not come up; the description is its last log line.
public struct ServerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// A refusal in k3s's words.
    public init(_ description: String) { self.description = description }

    /// What k3s puts before the reason when it prepares.
    static func preparing(_ reason: String) -> ServerRefusal {
        ServerRefusal("starting kubernetes: preparing server: \(reason)")
    }

    static let otherToken = preparing(
        "bootstrap data already found and encrypted with different token")
    static let malformedToken = preparing(
        """
        failed to normalize token; must be in format K10<CA-HASH>::<USERNAME>:<PASSWORD> or \
        <PASSWORD>
        """)

    static func newer(_ places: [String], in folder: ServerFolder) -> ServerRefusal {
        ServerRefusal(
            places.map { "\(folder.shown)/\($0)" }.joined(separator: ", ")
                + " newer than datastore and could cause a cluster outage. Remove the file(s) "
                + "from disk and restart to be recreated from datastore.")
    }
}
