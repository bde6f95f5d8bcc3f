/// `nc -z`: whether a port is open. Nothing else of it is simulated.
enum NetcatProgram {
    /// A call of `nc -z`, understood.
    struct Call: Hashable, Sendable {
        var host = ""
        var port: UInt16 = 0
        var seconds = 5
        var isLoud = false

        /// Reads the arguments; nil when something in them is not simulated.
        init?(_ arguments: [String]) {
            var words: [String] = []
            var scans = false
            var rest = arguments[...]
            while let argument = rest.popFirst() {
                guard argument.hasPrefix("-") else {
                    words.append(argument)
                    continue
                }
                var letters = argument.dropFirst()
                while let letter = letters.popFirst() {
                    switch letter {
                    case "z": scans = true
                    case "v": isLoud = true
                    case "n", "4": break
                    case "w":
                        let text = letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
                        guard let number = Int(text) else { return nil }
                        seconds = number
                        letters = ""
                    default: return nil
                    }
                }
            }
            guard scans, words.count == 2, let number = UInt16(words[1]) else { return nil }
            (host, port) = (words[0], number)
        }
    }

    /// Runs `nc ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        guard let call = Call(arguments) else { return Shim.refuse("nc", arguments) }
        let isOpen = Connection.isOpen(call.host, call.port, seconds: call.seconds)
        if call.isLoud {
            Shim.print(
                isOpen
                    ? "Connection to \(call.host) \(call.port) port [tcp/*] succeeded!\n"
                    : "nc: connect to \(call.host) port \(call.port) (tcp) failed: "
                        + "Connection refused\n", to: 2)
        }
        return isOpen ? 0 : 1
    }
}
