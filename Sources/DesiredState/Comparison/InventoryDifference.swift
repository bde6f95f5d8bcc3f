internal import JSON

/// Two inventories, object by object. Pure.
public struct InventoryDifference: Hashable, Sendable {
    /// Sorted by object.
    public let changes: [ObjectChange]
    /// Computed parts whose files differ.
    public let parts: [PartChange]
    /// Computed parts of either: what they make is not compared.
    public let unrendered: [Unrendered]

    /// Whether nothing that was read differs.
    public var isEmpty: Bool { changes.isEmpty && parts.isEmpty }

    /// What changes from `old` to `new`.
    public init(from old: Inventory, to new: Inventory) {
        let left = Self.byName(old), right = Self.byName(new)
        changes = Set(left.keys).union(right.keys).sorted().compactMap { name in
            switch (left[name], right[name]) {
            case (nil, let object?): return ObjectChange(.added, name, note: Self.place(object))
            case (let object?, nil): return ObjectChange(.removed, name, note: Self.place(object))
            case (let before?, let after?):
                let fields = FieldDifference.all(before.manifest, after.manifest)
                guard !fields.isEmpty else { return nil }
                return ObjectChange(.changed, name, fields, note: Self.place(after))
            case (nil, nil): return nil
            }
        }
        parts = PartChange.all(from: old.parts, to: new.parts)
        var seen: Set<Unrendered> = []
        unrendered = (old.unrendered + new.unrendered).filter { seen.insert($0).inserted }
    }

    private static func byName(_ inventory: Inventory) -> [ObjectName: DesiredObject] {
        // What is named twice is a finding of its own; the first counts here.
        Dictionary(inventory.wanted.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func place(_ object: DesiredObject) -> String {
        let what = object.standing == .input ? ", an input of what is computed" : ""
        return "\(object.file):\(object.line)\(what)"
    }
}
