internal import Runbooks

/// The steps of a run in order, found by id and by what is not done without
/// looking at all of them: a plan may have a thousand.
struct StepList: Sendable {
    private(set) var all: [StepInstance]
    private var places: [String: Int]
    /// Everything before it is done.
    private var front = 0
    private(set) var done: Int

    init(_ instances: [StepInstance] = []) {
        all = instances
        places = Dictionary(
            instances.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        done = instances.count { $0.isDone }
        advance()
    }

    /// The first step that is not done.
    var first: StepInstance? { front < all.count ? all[front] : nil }

    subscript(id: String) -> StepInstance? { places[id].map { all[$0] } }

    /// Steps of `group` that are not done; they stand side by side.
    func unfinished(in group: Group) -> [StepInstance] {
        // In a block each element has its own.
        let block = first?.step.each?.block == nil ? nil : first?.item
        return all[front...].prefix { step in
            step.isDone || (step.group == group && (block == nil || step.item == block))
        }.filter { !$0.isDone }
    }

    mutating func update(_ id: String, _ change: (inout StepInstance) -> Void) {
        guard let place = places[id] else { return }
        let wasDone = all[place].isDone
        change(&all[place])
        let isDone = all[place].isDone
        if isDone != wasDone { done += isDone ? 1 : -1 }
        if !isDone { front = min(front, place) }
        advance()
    }

    private mutating func advance() {
        while front < all.count, all[front].isDone { front += 1 }
    }
}
