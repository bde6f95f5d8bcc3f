/// Places for so many at once; who comes later waits for one.
actor Room {
    private var places: Int
    private var isOpen = false
    private var waiting: [(seconds: Int, turn: CheckedContinuation<Void, Never>)] = []

    init(places: Int) { self.places = places }

    /// Nobody gets a place before: the first to come are not always those who need it longest.
    func open() {
        isOpen = true
        admit()
    }

    /// Takes a place for about so many seconds.
    func enter(for seconds: Int) async {
        await withCheckedContinuation {
            waiting.append((seconds, $0))
            admit()
        }
    }

    func leave() {
        places += 1
        admit()
    }

    /// Gives free places to who needs one longest, and among equals to who came first.
    private func admit() {
        while isOpen, places > 0, let longest = waiting.map(\.seconds).max(),
            let next = waiting.firstIndex(where: { $0.seconds == longest })
        {
            places -= 1
            waiting.remove(at: next).turn.resume()
        }
    }
}
