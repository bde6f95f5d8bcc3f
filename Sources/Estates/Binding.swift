public import YAML

/// The local file that ties an estate to reality; never in Git.
public struct Binding: Hashable, Sendable {
    /// The estate it binds.
    public let estate: String
    /// Present when the estate is simulated.
    public let lab: Lab?
    public let clusters: [String: Cluster]
    public let hosts: [String: Host]
    /// How to see and cut a node's power.
    public let power: [String: Power]
    /// Name of a secret parameter to the file that holds it.
    public let secrets: [String: String]
    /// Where the desired state lives.
    public let sources: [String: Source]
    /// Who may be the second person: name to `type base64` ssh key.
    public let approvers: [String: String]
    /// Whom to trust, and who we are, to a server that is no cluster.
    public let tls: [String: TLS]

    /// Files in PEM.
    public struct TLS: Hashable, Sendable {
        /// The only CA that counts; nil for the system's.
        public let authority: String?
        public let certificate: String?
        public let key: String?
    }

    /// A simulated estate answers for the persons a real one has.
    public struct Lab: Hashable, Sendable {
        /// Argument list of the program that answers questions.
        public let operatorCommand: [String]
        /// The longest time an effect in flight may need there.
        public let settle: Duration?
    }

    /// A cluster's identity and credentials.
    public struct Cluster: Hashable, Sendable {
        /// UID of its namespace kube-system.
        public let uid: String
        /// PEM file of its CA.
        public let caPath: String
        /// SHA-256 of that file.
        public let caDigest: String
        /// Kubeconfig of which only the credentials are used.
        public let kubeconfig: String
        /// Whose credentials in it; nil for those of its current context.
        public let context: String?

        public init(
            uid: String, caPath: String, caDigest: String, kubeconfig: String,
            context: String? = nil
        ) {
            self.uid = uid
            self.caPath = caPath
            self.caDigest = caDigest
            self.kubeconfig = kubeconfig
            self.context = context
        }
    }

    /// How to reach a node by ssh.
    public struct Host: Hashable, Sendable {
        public let address: String
        public let port: Int
        public let user: String
        /// `type base64`, as in known_hosts.
        public let hostKey: String
        /// Private key file, if not the agent's.
        public let identity: String?
        /// Words before a command that make it root's, such as `sudo -n`.
        public let become: [String]
    }

    /// Argument lists that show and cut a node's power.
    public struct Power: Hashable, Sendable {
        /// Prints `on` or `off`.
        public let state: [String]
        public let off: [String]?
    }

    /// A Git repository with the desired state.
    public struct Source: Hashable, Sendable {
        public let url: String
        /// The branch or tag of it that counts.
        public let reference: SourceReference
        /// Folder inside the repository.
        public let path: String
        /// Whose signature a commit must bear to be pinned; nil asks for none.
        public let signers: Signers?
        /// Whom to trust there, who we are, and how much it may take.
        public let access: SourceAccess

        public init(
            url: String, at reference: SourceReference, path: String, signers: Signers? = nil,
            access: SourceAccess = SourceAccess()
        ) {
            self.access = access
            self.url = url
            self.reference = reference
            self.path = path
            self.signers = signers
        }

        /// The same repository, read at another branch or tag.
        public func following(_ reference: SourceReference) -> Source {
            Source(url: url, at: reference, path: path, signers: signers, access: access)
        }
    }

    /// Who may sign desired state: files outside the repository.
    public struct Signers: Hashable, Sendable {
        /// ssh's `allowed_signers`, and keys or a KRL that no longer count.
        public let ssh: String?
        public let revoked: String?
        /// OpenPGP public keys, as `gpg --export` writes them.
        public let openpgp: String?

        public init(ssh: String? = nil, revoked: String? = nil, openpgp: String? = nil) {
            self.ssh = ssh
            self.revoked = revoked
            self.openpgp = openpgp
        }
    }

    /// Reads and checks a binding file. It says which machines are trusted, so
    /// it must be one only we can write: `ES-PERM` otherwise.
    public init(reading path: String) throws(Diagnostics) {
        let (root, _) = try Document.read(path, isPrivate: true)
        var reader = BindingReader(file: path, root: root)
        guard let binding = reader.binding() else { throw Diagnostics(reader.problems) }
        self = binding
    }

    /// Ties one cluster to what a kubeconfig leads to, before anybody has
    /// written a binding: enough to read it, nothing else.
    public init(estate: String, cluster: String, _ bound: Cluster) {
        self.init(
            estate: estate, lab: nil, clusters: [cluster: bound], hosts: [:], power: [:],
            secrets: [:], sources: [:], approvers: [:], tls: [:])
    }

    init(
        estate: String, lab: Lab?, clusters: [String: Cluster], hosts: [String: Host],
        power: [String: Power],
        secrets: [String: String], sources: [String: Source], approvers: [String: String],
        tls: [String: TLS]
    ) {
        self.estate = estate
        self.lab = lab
        self.clusters = clusters
        self.hosts = hosts
        self.power = power
        self.secrets = secrets
        self.sources = sources
        self.approvers = approvers
        self.tls = tls
    }
}
