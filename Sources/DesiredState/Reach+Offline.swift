internal import Estates
internal import Glibc
internal import JSON
internal import RecoveryEngine

/// What there is when the source does not answer.
extension Reach {
    /// The commit that was verified last, and the words for it.
    struct Retained {
        let head: Head
        /// Why it is not the newest, and since when it is not.
        let json: JSONValue
    }

    /// The commit the journal pinned last of this very branch or tag or, where it
    /// never pinned one, the mirror's last verified one. It is proven again like
    /// any other.
    ///
    /// A source that answers wrongly is not one that does not answer: only then
    /// is there a way around it.
    func retained(
        _ source: Binding.Source, name: String, after pins: [PinRecord],
        instead refusal: ReachRefusal
    ) throws(ReachRefusal) -> Retained {
        guard refusal.isUnreachable else { throw refusal }
        let last = pins.last { $0.reference == source.reference }
        let found: JSONValue
        do throws(ReachRefusal) {
            found = try call(
                ["verified"] + place(source, name)
                    + (last.map { ["--commit", $0.commit] } ?? []))
        } catch {
            throw ReachRefusal(
                refusal.code,
                refusal.reason + "; and nothing verified earlier is here ("
                    + error.reason + ")", do: refusal.remedy)
        }
        guard let commit = found["commit"]?.string else { throw refusal }
        let verified = last.map { $0.pinned / 1000 } ?? found["verified"]?.int ?? 0
        let committed = found["committed"]?.int ?? 0
        let now = Int(time(nil))
        return Retained(
            head: Head(commit: commit, committed: committed),
            json: [
                "why": .string("\(refusal.code): \(refusal.reason)"), "verified": .int(verified),
                "verified-ago": .string(Self.age(now - verified)),
                "committed-ago": .string(Self.age(now - committed)),
            ])
    }

    /// A length of time in the two largest units a person counts it in.
    static func age(_ seconds: Int) -> String {
        let units = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
        guard seconds >= 0 else { return "in the future" }
        guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0 s" }
        let (name, size) = units[first]
        let rest = seconds % size
        guard first + 1 < units.count, rest >= units[first + 1].1 else {
            return "\(seconds / size) \(name)"
        }
        let (small, part) = units[first + 1]
        return "\(seconds / size) \(name) \(rest / part) \(small)"
    }
}
