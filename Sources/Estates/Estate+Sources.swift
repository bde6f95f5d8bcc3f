internal import JSON

/// What the estate says of the sources a binding names.
extension Estate {
    /// By the name of a source how its clusters write where its repository is:
    /// inside, it may have another address than here.
    public var repositories: [String: [String]] {
        var urls: [String: [String]] = [:]
        for cluster in clusters {
            guard let source = cluster.at("gitops", "source")?.statedText,
                let url = cluster.at("gitops", "url")?.statedText
            else { continue }
            urls[source, default: []].append(url)
        }
        return urls
    }
}
