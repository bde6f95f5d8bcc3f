/// The words and flags of a call of kubeadm.
struct KubeadmCall: Hashable {
    var words: [String] = []
    /// `--name value` or `--name=value`.
    var options: [String: String] = [:]
    /// `--name` alone.
    var flags: Set<String> = []

    private static let lone: Set = ["print-join-command"]

    /// Nil when a flag has no value.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                words.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                options[parts[0]] = parts[1]
            } else if Self.lone.contains(parts.first ?? "") {
                flags.insert(parts[0])
            } else {
                guard let value = rest.popFirst(), let name = parts.first else { return nil }
                options[name] = value
            }
        }
    }

    /// Whether it has so many words and no options but these.
    func fits(words count: Int, _ options: Set<String> = [], _ flags: Set<String> = []) -> Bool {
        fits(words: count...count, options, flags)
    }

    func fits(
        words counts: ClosedRange<Int>, _ options: Set<String>, _ flags: Set<String> = []
    ) -> Bool {
        counts.contains(words.count) && options.isSuperset(of: self.options.keys)
            && flags.isSuperset(of: self.flags)
    }

    /// `24h`, `1h30m0s` or `0` in seconds; nil for what is no such time.
    static func seconds(_ text: String) -> Int? {
        if text == "0" { return 0 }
        var total = 0
        var digits = ""
        for letter in text {
            if letter.isNumber {
                digits.append(letter)
                continue
            }
            let units: [Character: Int] = ["h": 3600, "m": 60, "s": 1]
            guard let unit = units[letter], let number = Int(digits) else { return nil }
            total += number * unit
            digits = ""
        }
        return digits.isEmpty && !text.isEmpty ? total : nil
    }
}
