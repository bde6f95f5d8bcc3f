internal import Digest
internal import Estates
internal import Glibc
internal import Journal
internal import RecoveryEngine

/// `recover <runbook> --<parameter> <value> …`
enum RunCommand {
    static func run(_ name: String, _ invocation: Invocation, _ site: Site) throws(Refusal)
        -> ExitCode
    {
        // First: without a binding even what the lab could invent is unknown.
        let binding = try EstateChoice(site, invocation["estate"]).bound(site)
        let request = try PlanRequest(name, invocation, site)
        if binding.lab != nil {
            Terminal.say("SIMULATED estate \(request.choice.estate.name): nothing real is touched")
        }
        let run = RunName.make()
        let session = try RunSession(
            run: run, site: site, estate: request.plan.estate, binding: binding,
            clusters: request.plan.clusters,
            secrets: request.secrets, mode: .create)
        return try session.watched { session throws(Refusal) in try session.begin(request.plan) }
    }
}

/// `20261120-k7f3qa`: the day, and six letters nobody has to guess.
enum RunName {
    static func make() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
        let letters = Random.bytes(6).map { alphabet[Int($0) % alphabet.count] }
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
        return "\(day)-\(String(decoding: letters, as: UTF8.self))"
    }
}
