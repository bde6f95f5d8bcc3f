internal import CNamespace
internal import Glibc

/// The machine does not let the lab have a world of its own.
public struct NamespaceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was refused.
    public enum Step: Hashable, Sendable {
        case user, rest, map, fork, processFile
        case mounts, processes, network, ports, capabilities
        case address(String)
        case file(String)

        /// The step `cnamespace_enter` names.
        init(entering step: Int32) {
            self =
                switch UInt32(step) {
                case CNAMESPACE_USER.rawValue: .user
                case CNAMESPACE_REST.rawValue: .rest
                case CNAMESPACE_MAP.rawValue: .map
                case CNAMESPACE_FILE.rawValue: .processFile
                default: .fork
                }
        }
    }

    /// What was refused.
    public let step: Step
    /// `errno` of the refusal.
    public let code: Int32

    /// What was tried, what the system said, and which setting decides it.
    public var description: String {
        let reason = String(cString: strerror(code))
        return "the lab cannot have a world of its own: \(attempt) was refused (\(reason)).\n"
            + "\(advice)\nThe lab never falls back to the open network."
    }

    private var attempt: String {
        switch step {
        case .user: "a user namespace"
        case .rest: "a mount, network or process namespace"
        case .map: "the user map of a user namespace"
        case .fork: "a process"
        case .processFile: "writing the lab's process file"
        case .mounts: "a private mount table"
        case .processes: "mounting /proc for the new processes"
        case .network: "bringing up its loopback interface"
        case .ports: "net.ipv4.ip_unprivileged_port_start"
        case .capabilities: "giving up capabilities"
        case .address(let address): "the address \(address)"
        case .file(let path): "a file laid over \(path)"
        }
    }

    private var advice: String {
        switch step {
        case .user, .rest, .map, .mounts:
            """
            Settings that decide it: kernel.unprivileged_userns_clone (1), \
            kernel.apparmor_restrict_unprivileged_userns (0), \
            user.max_user_namespaces (above 0); in a container, its seccomp profile.
            """
        case .processes:
            """
            A container that hides parts of /proc does this: run it with its \
            system paths unmasked (--security-opt systempaths=unconfined).
            """
        case .ports:
            "/proc/sys is read-only here: run the container with its system paths unmasked."
        default: "See the reason the system gave."
        }
    }
}
