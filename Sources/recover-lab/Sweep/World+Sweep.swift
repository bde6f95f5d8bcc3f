import LabHosts

extension World {
    /// Waits until the Nodes of a world that was started again are as they
    /// were in the copy.
    func awaitReadiness(_ known: [String: String]) throws(LabFailure) {
        for _ in 0..<1200 {
            if known.allSatisfy({ readiness($0.key) == $0.value }) { return }
            Background.sleep(50)
        }
        let names = known.filter { readiness($0.key) != $0.value }.keys.sorted()
        throw LabFailure("after a restart the Nodes are not as before: \(names)")
    }
}
