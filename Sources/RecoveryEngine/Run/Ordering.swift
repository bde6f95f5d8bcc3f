internal import JSON

/// The order of elements that name one another; pure.
struct Ordering {
    private let items: [JSONValue]
    private let keys: [String]
    /// For each item the keys it comes after, by the pointer it names them at.
    private let named: [[Set<String>]]

    /// - Parameter places: pointers inside an item, to a name or a list of
    ///   names. The first is where it says what it belongs to.
    init(_ items: [JSONValue], after places: [String]) {
        let pointers = places.compactMap { JSONPointer($0) }
        self.items = items
        keys = items.map { Self.key($0, in: "") }
        named = items.map { item in pointers.map { Self.names(item, at: $0) } }
    }

    /// What others must come before stands first; else the order stays. Names
    /// that are not in the list do not count.
    func ordered() throws(Expansion.Refusal) -> [JSONValue] {
        let belongings = items.indices.map { belonging(of: $0) }
        var left = Array(items.indices)
        var ordered: [Int] = []
        while !left.isEmpty {
            let open = Set(left.map { keys[$0] })
            let free = left.filter { index in
                named[index].allSatisfy { $0.isDisjoint(with: open) }
            }
            // What comes after a thing comes after all that belongs to it, if it can:
            // what waits for its own would else wait for what waits for it.
            let whole = free.first { index in
                let before = named[index].dropFirst().joined().filter(keys.contains)
                return left.allSatisfy { $0 == index || belongings[$0].isDisjoint(with: before) }
            }
            guard let next = whole ?? free.first else {
                throw Expansion.Refusal(
                    reason: "each of these waits for another of them: "
                        + left.map { Self.name(items[$0]) }.joined(separator: ", "))
            }
            ordered.append(next)
            left.removeAll { $0 == next }
        }
        return ordered.map { items[$0] }
    }

    /// What an item belongs to, and what that belongs to, and so on.
    private func belonging(of index: Int) -> Set<String> {
        var found: Set<String> = []
        var next = named[index].first ?? []
        while !next.isSubset(of: found) {
            found.formUnion(next)
            next = keys.indices.filter { next.contains(keys[$0]) }
                .reduce(into: Set()) { $0.formUnion(named[$1].first ?? []) }
        }
        return found
    }

    /// Without a namespace they are of the item's own.
    private static func names(_ item: JSONValue, at pointer: JSONPointer) -> Set<String> {
        let own = item["namespace"]?.string ?? ""
        let named = item[pointer].map { $0.array ?? [$0] } ?? []
        // Who names itself, as one that manages itself does, waits for nobody.
        return Set(named.map { key($0, in: own) }).subtracting([key(item, in: "")])
    }

    /// A kind, where an element has one, tells it from others of its name.
    private static func key(_ item: JSONValue, in namespace: String) -> String {
        let kind = item["kind"]?.string ?? ""
        return "\(kind)/\(item["namespace"]?.string ?? namespace)/\(name(item))"
    }

    /// What an element is called in a list.
    static func name(_ item: JSONValue) -> String {
        item.string ?? item["name"]?.string ?? item.text
    }
}
