/// What a machine's own clock programs say; a fault sets it.
///
/// It is a word only: `date`, and the certificates of the cluster, keep the
/// real time.
public struct MachineClock: Hashable, Sendable {
    /// Whether it follows a time server.
    public var isSynchronized = true
    /// Seconds it is ahead of the true time.
    public var skew = 0

    public init(isSynchronized: Bool = true, skew: Int = 0) {
        self.isSynchronized = isSynchronized
        self.skew = skew
    }

    /// Answers `timedatectl` and `chronyc`; nil for what is not simulated.
    func answer(_ program: String, _ arguments: [String]) -> ShimAnswer? {
        switch (program, arguments.first { !$0.hasPrefix("-") }) {
        case ("timedatectl", "show"): show(arguments)
        case ("timedatectl", "status") where arguments.count == 1,
            ("timedatectl", nil)
        where arguments.isEmpty: status
        case ("chronyc", "tracking") where arguments.count == 1: tracking
        default: nil
        }
    }

    private func show(_ arguments: [String]) -> ShimAnswer? {
        // Its options are those of `systemctl show`.
        guard let call = SystemctlCall(["show", "clock"] + arguments.filter { $0 != "show" }) else {
            return nil
        }
        let properties = [
            ("Timezone", "Etc/UTC"), ("LocalRTC", "no"), ("CanNTP", "yes"), ("NTP", "yes"),
            ("NTPSynchronized", isSynchronized ? "yes" : "no"), ("TimeUSec", time),
            ("RTCTimeUSec", time),
        ]
        guard call.units.count == 1,
            call.properties.allSatisfy({ name in properties.contains { $0.0 == name } })
        else { return nil }
        let shown = properties.filter { call.properties.isEmpty || call.properties.contains($0.0) }
        return ShimAnswer(
            output: shown.map { (call.value ? "" : "\($0.0)=") + "\($0.1)\n" }.joined())
    }

    private var time: String { Clock.full(Clock.now + skew * 1_000_000) }

    private var status: ShimAnswer {
        ShimAnswer(
            output: """
                               Local time: \(time)
                           Universal time: \(time)
                                 RTC time: \(time)
                                Time zone: Etc/UTC (UTC, +0000)
                System clock synchronized: \(isSynchronized ? "yes" : "no")
                              NTP service: active
                          RTC in local TZ: no

                """)
    }

    private var tracking: ShimAnswer {
        let side = skew < 0 ? "slow" : "fast"
        return ShimAnswer(
            output: """
                Reference ID    : \(isSynchronized ? "C0000201 (192.0.2.1)" : "00000000 ()")
                Stratum         : \(isSynchronized ? 3 : 0)
                System time     : \(abs(skew)).000000000 seconds \(side) of NTP time
                Leap status     : \(isSynchronized ? "Normal" : "Not synchronised")

                """)
    }
}
