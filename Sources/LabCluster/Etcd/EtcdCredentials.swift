/// What a client of etcd shows, and whom it believes: files, PEM.
struct EtcdCredentials: Hashable, Sendable {
    let authority: String, certificate: String, key: String
}

extension EtcdCredentials {
    /// Those of a k3s server, by its folder `tls/etcd`.
    init(k3s folder: String) {
        self.init(
            authority: "\(folder)/server-ca.crt", certificate: "\(folder)/client.crt",
            key: "\(folder)/client.key")
    }
}
