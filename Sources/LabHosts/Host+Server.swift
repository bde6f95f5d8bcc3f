import JSON

extension Host {
    /// The server of a cluster starts, and lives as long as its connection; or
    /// it resets its cluster and ends.
    func serve(_ question: JSONValue, _ connection: LineSocket) {
        events.server(name, question, connection)
    }

    /// A command of k3s the server answers; a test can hold those that change.
    func k3s(_ question: JSONValue, _ connection: LineSocket) {
        let call = question["call"]?.string ?? ""
        var answer: JSONValue = [:]
        let isAnswered = events.pass("/\(name)/k3s", { connection.isGone }) {
            answer = events.k3s(name, question)
        }
        if isAnswered { connection.send(answer.object == [:] ? unknown(call) : answer) }
    }

    private func unknown(_ call: String) -> JSONValue { ShimAnswer.unknown(call, []).json }
}
