/// Places for so many at once; who comes later waits for one.
actor Room {
    private var places: Int
    private var waiting: [(seconds: Int, turn: CheckedContinuation<Void, Never>)] = []

    init(places: Int) { self.places = places }

    /// Takes a place for about so many seconds.
    func enter(for seconds: Int) async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append((seconds, $0)) }
        }
    }

    /// Gives the place to who needs it longest, and among equals to who came first.
    func leave() {
        guard let longest = waiting.map(\.seconds).max(),
            let next = waiting.firstIndex(where: { $0.seconds == longest })
        else {
            places += 1
            return
        }
        waiting.remove(at: next).turn.resume()
    }
}
