import JSON

/// What is done on disks, and what is written when it is done.
struct DiskStep: Hashable {
    enum Action: Hashable {
        case make(VolumePlace)
        /// Makes the directory; an application that finds it empty begins anew.
        case begin(VolumePlace, String)
        case remove(VolumePlace)
        case copy(VolumePlace, to: VolumePlace)
    }

    var actions: [Action] = []
    var writes: [Write] = []
}

/// A controller that also works on disks: the decision is `steps`.
protocol DiskController: Controller {
    var disks: (any VolumeDisks)? { get }
    func steps(_ world: World, now: Moment) -> [DiskStep]
}

extension DiskController {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        steps(world, now: now).flatMap { step -> [Write] in
            if let disks {
                for action in step.actions { Self.perform(action, disks) }
            }
            return step.writes
        }
    }

    private static func perform(_ action: DiskStep.Action, _ disks: any VolumeDisks) {
        switch action {
        case .make(let place): disks.make(place)
        case .begin(let place, let text):
            disks.make(place)
            disks.fill(place, text)
        case .remove(let place): disks.remove(place)
        case .copy(let source, let target): disks.copy(source, to: target)
        }
    }
}
