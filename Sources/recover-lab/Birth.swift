import LabHosts

/// What happens once in a lab's life: the new estate becomes healthy.
struct Birth {
    private let world: World

    init(_ world: World) { self.world = world }

    private var mark: String { "\(world.paths.root)/born" }

    /// Waits for the healthy estate, unless it was seen already.
    func complete() throws {
        guard !Disk.exists(mark) else { return }
        for host in world.description.hosts {
            for _ in 0..<600 where world.readiness(host.name) == "-" { Background.sleep(50) }
        }
        try world.label()
        try world.awaitHealthy(seconds: 120)
        try Disk.write(mark, "healthy\n")
    }
}
