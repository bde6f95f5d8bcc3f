internal import CPosix
internal import Glibc

/// What signals ask for: the first stops after the step, the second at once.
enum Interrupt {
    static func wish() -> (reason: String, isUrgent: Bool)? {
        let interrupts = Int(cposix_signal_count(SIGINT)), ends = Int(cposix_signal_count(SIGTERM))
        if interrupts + ends > 0 {
            return (
                interrupts > 0 ? "somebody pressed Ctrl-C" : "somebody ended it",
                interrupts + ends > 1
            )
        }
        return cposix_signal_count(SIGHUP) > 0 ? ("the operator's terminal is gone", false) : nil
    }
}
