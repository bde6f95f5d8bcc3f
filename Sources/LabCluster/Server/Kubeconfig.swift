/// A kubeconfig with the administrator's token.
struct Kubeconfig: Sendable {
    /// Name of cluster, user and context.
    let name: String
    /// `10.0.0.1:6443`.
    let server: String
    let authority: Authority

    /// Writes it, mode 0600.
    func write(to path: String) throws {
        try Files.makeDirectory(Files.folder(of: path))
        try Files.write(Array(text.utf8), to: path, mode: 0o600)
    }

    private var text: String {
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: \(name)
          cluster:
            certificate-authority-data: \(Base64.encode(authority.certificate))
            server: https://\(server)
        users:
        - name: \(name)-admin
          user:
            token: \(authority.token)
        contexts:
        - name: \(name)
          context:
            cluster: \(name)
            user: \(name)-admin
        current-context: \(name)

        """
    }
}
