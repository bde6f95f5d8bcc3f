import LabHosts

/// What happens once in a lab's life: the new estate becomes healthy.
///
/// It has stood for years in the eyes of who drills, so time passes faster until
/// then: kubelets, engines and pulls do the same, sooner. Not before every node
/// is there with its labels and taints, for pods stay where they were put.
struct Birth {
    private let world: World

    init(_ world: World) { self.world = world }

    private var mark: String { "\(world.paths.root)/born" }

    /// How many times as fast.
    private static let haste = 4

    /// Waits for the healthy estate, unless it was seen already.
    func complete() throws {
        guard !Disk.exists(mark) else { return }
        for host in world.description.hosts {
            for _ in 0..<3000 where world.readiness(host.name) == "-" { Background.sleep(10) }
        }
        try world.label()
        world.clusters.hurry(Birth.haste)
        try world.awaitHealthy(seconds: 120)
        world.clusters.hurry(1)
        try Disk.write(mark, "healthy\n")
    }
}
