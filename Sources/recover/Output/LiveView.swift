internal import RecoveryEngine

/// The list of steps, redrawn in place.
struct LiveView: ProgressView {
    private var sheet: Sheet
    private var canvas: Canvas
    private let screen: Screen

    init(_ sheet: Sheet, _ screen: Screen) {
        self.sheet = sheet
        self.screen = screen
        canvas = Canvas()
    }

    mutating func tell(_ event: Event, _ state: RunState, at now: Int) {
        sheet.take(event, state, at: now)
        draw(now)
    }

    mutating func hear(_ step: String, _ finding: Finding, at now: Int) {
        sheet.hear(step, finding)
    }

    mutating func rest(_ step: String, _ length: Int, _ why: String, at now: Int) {
        sheet.rest(step, length, why)
    }

    mutating func note(_ text: String, at now: Int) {
        sheet.note = text
        draw(now)
    }

    mutating func tick(at now: Int) { draw(now) }

    mutating func pause(at now: Int) {
        draw(now)
        canvas.leave()
    }

    mutating func finish(at now: Int) {
        guard !sheet.rows.isEmpty else { return }
        let frame = Frame(sheet: sheet, screen: screen, now: now)
        if Terminal.isReady(within: 2000) {
            canvas.replace(with: frame.all(columns: Screen.size().columns))
        }
    }

    /// What cannot be shown at once is not shown: the next one will be.
    private mutating func draw(_ now: Int) {
        guard !sheet.rows.isEmpty, Terminal.isReady(within: 0) else { return }
        canvas.draw(Frame(sheet: sheet, screen: screen, now: now).lines(Screen.size()))
    }
}

/// Lines on a terminal that are drawn over again, below what stands there.
struct Canvas: Sendable {
    private var lines: [String] = []

    /// Draws `next` over what was drawn before, in one write; lines that are
    /// the same cost one byte.
    mutating func draw(_ next: [String]) {
        guard next != lines else { return }
        Terminal.draw(picture(next))
    }

    /// Draws `next` and lets it stand.
    mutating func replace(with next: [String]) {
        Terminal.draw(home + "\u{1b}[J" + next.map { $0 + "\n" }.joined())
        lines = []
    }

    /// Lets stand what is drawn; the next one comes below.
    mutating func leave() { lines = [] }

    mutating func picture(_ next: [String]) -> String {
        var text = home
        for (index, line) in next.enumerated() {
            let isSame = index < lines.count && lines[index] == line
            text += isSame ? "\n" : "\(line)\u{1b}[K\n"
        }
        lines = next
        return text + "\u{1b}[J"
    }

    /// To the first line of what was drawn.
    private var home: String { lines.isEmpty ? "\r" : "\r\u{1b}[\(lines.count)A" }
}
