/// A tree's entries stand in one order and each name once. In any other tree
/// two readers may find two different things under one name.
enum TreeOrder {
    /// The first name that breaks the rule, and how; nil where none does.
    static func objection(to entries: [Tree.Entry]) -> (name: String, reason: String)? {
        var names: Set<[UInt8]> = []
        var last: [UInt8] = []
        for entry in entries {
            guard names.insert(entry.name).inserted else {
                return (entry.text, "a name that stands there twice")
            }
            // A directory sorts as if its name ended in a slash.
            let key = entry.kind == .tree ? entry.name + [UInt8(ascii: "/")] : entry.name
            guard last.lexicographicallyPrecedes(key) else {
                return (entry.text, "an entry out of order")
            }
            last = key
        }
        return nil
    }
}
