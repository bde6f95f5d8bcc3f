internal import Glibc
internal import Journal
internal import RecoveryEngine

/// `recover status --watch`: looks on from the journal, without a lock, until
/// the run rests or nobody works on it any more.
struct Watching {
    private let name: String
    private let site: Site
    private var entries: [JournalEntry]
    private var state: RunState

    init(_ choice: RunChoice, _ site: Site) {
        name = choice.run
        entries = choice.entries
        state = choice.state
        self.site = site
    }

    func run() throws(Refusal) -> ExitCode {
        var watching = self
        return try watching.watch()
    }

    private mutating func watch() throws(Refusal) -> ExitCode {
        Terminal.isWatched = site.screen.isLive
        var canvas = Canvas()
        tell(entries.suffix(1))
        draw(&canvas, final: isResting)
        while !isResting, Interrupt.wish() == nil {
            let isWorkedOn = JournalLock.holder(directory: site.journal) != nil
            sleep(1)
            let known = entries.count
            try read()
            tell(entries.dropFirst(known))
            draw(&canvas, final: isResting)
            if !isWorkedOn, entries.count == known { break }
        }
        if !isResting { draw(&canvas, final: true) }
        Closing(name, state, site, entries: entries).say(state.standing?.exitCode ?? .internalError)
        return .recovered
    }

    /// It has ended, or somebody must do something.
    private var isResting: Bool {
        state.standing != .running || entries.last?.kind == "halted"
    }

    private mutating func read() throws(Refusal) {
        let journal = try site.openJournal(.readOnly)
        do throws(JournalError) {
            entries = try journal.entries(run: name)
        } catch {
            throw Refusal(error, site.journal)
        }
        do throws(Engine.Fault) {
            state = try RunState(replaying: entries)
        } catch {
            throw Refusal(error)
        }
    }

    /// One line for each change, where nothing can be redrawn.
    private func tell(_ news: ArraySlice<JournalEntry>) {
        guard Terminal.isForMachines || !site.screen.isLive else { return }
        for entry in news {
            if Terminal.isForMachines {
                Terminal.emit(Record.of(entry))
            } else if let event = Event(kind: entry.kind, data: entry.data),
                let words = PlainView.words(event, state)
            {
                Terminal.say("\(Clock.text(entry.wall))  \(words)")
            }
        }
    }

    private func draw(_ canvas: inout Canvas, final: Bool) {
        guard !Terminal.isForMachines, site.screen.isLive else { return }
        let frame = Frame(
            sheet: Sheet(run: name, entries: entries), screen: site.screen, now: Clock.now())
        if final {
            canvas.replace(with: frame.all(columns: Screen.size().columns))
        } else if Terminal.isReady(within: 0) {
            canvas.draw(frame.lines(Screen.size()))
        }
    }
}
