/// Finds every one of many byte strings in one pass (Aho and Corasick).
///
/// The root has a dense table, because ordinary text stays there; all other
/// nodes have a list of children, because a table for each would take 1 KiB a
/// byte of secret.
final class Automaton: Sendable {
    /// What ends at a node: the longest pattern that does, and whose it is.
    struct Hit: Equatable {
        let length: Int
        let owner: Int
    }

    private struct Node {
        var byte: UInt8
        var owner: Int32 = -1
        var length: Int32 = 0
        var depth: Int32
        var child: Int32 = -1
        var sibling: Int32 = -1
        var fail: Int32 = 0
    }

    private let nodes: [Node]
    private let root: [Int32]

    /// Length of the longest pattern.
    let longest: Int

    /// `patterns` with their owners; of equal patterns the first one's owner wins.
    init(_ patterns: [(bytes: [UInt8], owner: Int)]) {
        var nodes = [Node(byte: 0, depth: 0)]
        var root = [Int32](repeating: 0, count: 256)
        for (bytes, owner) in patterns where !bytes.isEmpty {
            var at: Int32 = 0
            for byte in bytes { at = Self.descend(from: at, byte, &nodes, &root) }
            guard nodes[Int(at)].owner < 0 else { continue }
            nodes[Int(at)].owner = Int32(owner)
            nodes[Int(at)].length = Int32(bytes.count)
        }
        Self.link(&nodes, root)
        self.nodes = nodes
        self.root = root
        longest = patterns.map(\.bytes.count).max() ?? 0
    }

    private static func descend(
        from at: Int32, _ byte: UInt8, _ nodes: inout [Node], _ root: inout [Int32]
    ) -> Int32 {
        if let known = child(of: at, byte, nodes, root) { return known }
        let new = Int32(nodes.count)
        nodes.append(Node(byte: byte, depth: nodes[Int(at)].depth + 1))
        if at == 0 { root[Int(byte)] = new }
        nodes[Int(new)].sibling = nodes[Int(at)].child
        nodes[Int(at)].child = new
        return new
    }

    @inline(__always)
    private static func child(
        of at: Int32, _ byte: UInt8, _ nodes: [Node], _ root: [Int32]
    ) -> Int32? {
        if at == 0 { return root[Int(byte)] == 0 ? nil : root[Int(byte)] }
        var next = nodes[Int(at)].child
        while next >= 0, nodes[Int(next)].byte != byte { next = nodes[Int(next)].sibling }
        return next < 0 ? nil : next
    }

    /// Breadth first: a node's fail link is shorter than the node, so it is
    /// done already, and so is what ends there.
    private static func link(_ nodes: inout [Node], _ root: [Int32]) {
        var queue: [Int32] = [0]
        var first = 0
        while first < queue.count {
            let at = queue[first]
            first += 1
            var next = nodes[Int(at)].child
            while next >= 0 {
                queue.append(next)
                if at != 0 {
                    var fail = nodes[Int(at)].fail
                    let byte = nodes[Int(next)].byte
                    while fail != 0, child(of: fail, byte, nodes, root) == nil {
                        fail = nodes[Int(fail)].fail
                    }
                    fail = child(of: fail, byte, nodes, root) ?? 0
                    nodes[Int(next)].fail = fail
                    if nodes[Int(next)].owner < 0 {
                        nodes[Int(next)].owner = nodes[Int(fail)].owner
                        nodes[Int(next)].length = nodes[Int(fail)].length
                    }
                }
                next = nodes[Int(next)].sibling
            }
        }
    }

    /// Runs over `bytes` from `state` on; tells each place where something
    /// ends, counted from the first of `bytes`. The new state.
    func scan(
        _ bytes: UnsafeRawBufferPointer, from state: Int32, found: (_ end: Int, Hit) -> Void
    ) -> Int32 {
        var at = state
        for index in bytes.indices {
            let byte = bytes[index]
            while true {
                if at == 0 {
                    at = root[Int(byte)]
                    break
                }
                if let next = Self.child(of: at, byte, nodes, root) {
                    at = next
                    break
                }
                at = nodes[Int(at)].fail
            }
            let owner = nodes[Int(at)].owner
            if owner >= 0 {
                found(index + 1, Hit(length: Int(nodes[Int(at)].length), owner: Int(owner)))
            }
        }
        return at
    }

    /// How many of the last bytes may be the beginning of a pattern.
    func depth(_ state: Int32) -> Int { Int(nodes[Int(state)].depth) }
}
