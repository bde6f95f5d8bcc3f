public import JSON
public import Runbooks

/// A step of a run; a step over a list is one for each element.
public struct StepInstance: Hashable, Sendable {
    /// The step's id, with the element's number behind it.
    public let id: String
    public let step: Step
    /// The element of the list.
    public let item: JSONValue?
    public internal(set) var isDone = false
    /// A person had the run go on without it; nothing follows of it, and it is
    /// not done for all that.
    public internal(set) var isLeft = false
    /// Attempts begun.
    public internal(set) var ordinal = 0
    /// The attempt without a settling verdict.
    public internal(set) var open: Intent?
    /// How the open attempt's act ended, if that is known.
    public internal(set) var exit: Exited?
    /// What the first attempt observed; a retry must find the same.
    public internal(set) var firstObserved: JSONValue?

    /// For an undo, the step it takes back, and what that saw before it acted.
    var takesBack: String?
    var seen: JSONValue?
    /// It was taken back and not begun again.
    public internal(set) var isTakenBack = false

    /// Its last attempt came to *failed*, which one answer decided.
    public internal(set) var hasFailed = false

    init(id: String, step: Step, item: JSONValue? = nil) {
        self.id = id
        self.step = step
        self.item = item
    }

    /// The steps it may be worked on with at the same time.
    var group: Group? {
        if let group = step.group { return group }
        guard let each = step.each, each.atOnce > 1, item != nil else { return nil }
        return Group(name: step.id, atOnce: each.atOnce)
    }

    /// Its effect was taken back: it is to be done again, on what is there then.
    mutating func takeBack() {
        reopen()
        isTakenBack = true
        firstObserved = nil
    }

    /// It is to be done again; what it did may still be on its way, or half gone.
    mutating func reopen() {
        close(failed: true)
        isDone = false
    }

    mutating func begin(_ intent: Intent) {
        isTakenBack = false
        ordinal = intent.ordinal
        open = intent
        exit = nil
        if firstObserved == nil { firstObserved = intent.observed }
    }

    mutating func finish() {
        close()
        isDone = true
        isTakenBack = false
    }

    mutating func leave() {
        finish()
        isLeft = true
    }

    mutating func close(failed: Bool = false) {
        open = nil
        exit = nil
        hasFailed = failed
        isLeft = false
    }
}
