public import Estates
public import RecoveryEngine
public import Runbooks

/// What the hands need to know.
public struct HandsSetting {
    public var estate: Estate
    public var binding: Binding
    /// Name of a secret parameter to its bytes.
    public var secrets: [String: [UInt8]]
    public var toolbox: Toolbox
    /// Absolute path of recover-keeper.
    public var keeper: String
    /// Absolute path of recover-reach.
    public var reach: String
    /// Pins a source: what the binding says of it, its name, what was
    /// pinned before, the attempt.
    public var pin: (Binding.Source, String, Pins, String) -> Pinning
    /// What a commit of a source means: the subject, the source's name, the commit,
    /// and the lines that are left out, being agreed to.
    public var desiredState: (DesiredStateSubject, String, String, String?) -> Reply
    /// Private folder of the state: attempts, work, caches, mirrors.
    public var directory: String
    public var person: any Person
    /// Asked now and then: why the run shall stop.
    public var stop: () -> (reason: String, isUrgent: Bool)?
    /// Named places, for tests.
    public var reached: (String) -> Void

    public init(
        estate: Estate, binding: Binding, secrets: [String: [UInt8]], toolbox: Toolbox,
        keeper: String, reach: String,
        pin: @escaping (Binding.Source, String, Pins, String) -> Pinning,
        desiredState: @escaping (DesiredStateSubject, String, String, String?) -> Reply,
        directory: String,
        person: any Person,
        stop: @escaping () -> (reason: String, isUrgent: Bool)?,
        reached: @escaping (String) -> Void
    ) {
        self.estate = estate
        self.binding = binding
        self.secrets = secrets
        self.toolbox = toolbox
        self.keeper = keeper
        self.reach = reach
        self.pin = pin
        self.desiredState = desiredState
        self.directory = directory
        self.person = person
        self.stop = stop
        self.reached = reached
    }

    /// The hands for this machine's boot.
    public func makeHands(boot: String) -> any Hands { SystemHands(self, boot: boot) }
}
