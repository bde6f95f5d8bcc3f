/// A probe, as its refusals name it: the first letters of their codes.
enum ProbeFamily: String {
    case http = "HT"
    case tcp = "TC"
    case dns = "DN"

    /// What was asked is against a rule; nobody was asked.
    func refused(_ code: String, _ reason: String, do remedy: String) -> Refusal {
        Refusal("\(rawValue)-\(code)", reason, do: remedy, exit: .refused)
    }

    /// It was asked, and there is no answer.
    func failed(_ code: String, _ reason: String, do remedy: String) -> Refusal {
        Refusal("\(rawValue)-\(code)", reason, do: remedy, exit: .failed)
    }

    /// There was no answer in time.
    func timedOut(_ whom: String, after milliseconds: Int) -> Refusal {
        failed(
            "TIMEOUT", "\(whom) did not answer within \(milliseconds) ms",
            do: "Check that it runs and that the network lets packets through.")
    }

    /// An address given by itself, which no rule speaks against.
    func address(_ text: String) throws(Refusal) -> IPAddress {
        let remedy =
            "Give an IPv4 or IPv6 address in its plain spelling, such as 10.0.0.7 or fd00::7."
        guard let address = IPAddress(text) else {
            throw refused("ADDRESS", "'\(text.shown)' is no IP address", do: remedy)
        }
        if let reason = address.objection { throw refused("ADDRESS", reason, do: remedy) }
        return address
    }
}
