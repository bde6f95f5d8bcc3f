internal import JSON
internal import Runbooks

/// Steps over a list known only during the run; pure.
enum Expansion {
    /// Why a list cannot be worked on, for a person.
    struct Refusal: Error {
        let reason: String
    }

    /// `step` becomes one instance for each item. Steps of one block are made
    /// together: all for the first item, then all for the second.
    static func expanded(
        _ instances: [StepInstance], step: String, items: [JSONValue]
    ) -> [StepInstance] {
        guard let start = instances.firstIndex(where: { $0.id == step && $0.item == nil }) else {
            return instances
        }
        let block = instances[start].step.each?.block
        let end =
            block == nil
            ? start + 1
            : instances[start...].firstIndex { $0.step.each?.block != block } ?? instances.count
        var made: [StepInstance] = []
        for (index, item) in items.enumerated() {
            for template in instances[start..<end] {
                let id = name(template.id, block: block, number: index + 1)
                made.append(StepInstance(id: id, step: template.step, item: item))
            }
        }
        return Array(instances[..<start]) + made + Array(instances[end...])
    }

    /// `retain` → `retain.2`; in a block `children.resume` → `children.2.resume`.
    private static func name(_ id: String, block: String?, number: Int) -> String {
        guard let block, id.hasPrefix(block + ".") else { return "\(id).\(number)" }
        return "\(block).\(number)\(id.dropFirst(block.utf8.count))"
    }

    /// A step of a block knows what the steps before it in its own element
    /// kept, under the names that stand in the fragment.
    static func showOwn(of instance: StepInstance, in values: inout Values) {
        guard let block = instance.step.each?.block, instance.item != nil else { return }
        let rest = instance.id.dropFirst(block.utf8.count + 1)
        guard let number = rest.split(separator: ".").first,
            let path = FactPath("\(block).\(number)"), let own = values[path]?.object
        else { return }
        for (name, value) in own { values.set("\(block).\(name)", value) }
    }

    /// The items in the order they are worked on, without the one left out.
    static func ordered(
        _ items: [JSONValue], _ each: Each, _ values: Values
    ) throws(Refusal) -> [JSONValue] {
        let except = try each.except.map { (template) throws(Refusal) in
            try name(of: template, values)
        }
        let items = items.filter { except == nil || Self.name($0) != except }
        switch each.order {
        case .after(let places): return try ordered(items, after: places)
        // What comes before others comes after them when read from its end.
        case .before(let places): return try ordered(items.reversed(), after: places).reversed()
        case nil: return items
        }
    }

    /// The name of an element; a thing with a name is known by it.
    private static func name(of template: Template, _ values: Values) throws(Refusal) -> String {
        if case .hole(let path)? = template.pieces.first, template.pieces.count == 1,
            let name = values[path]?["name"]?.string
        {
            return name
        }
        do { return try values.fill(template) } catch {
            throw Refusal(reason: "whom to leave out is not known: \(error)")
        }
    }

    /// What others must come before stands first; else the order stays. Names
    /// that are not in the list do not count.
    private static func ordered(
        _ items: [JSONValue], after places: [String]
    ) throws(Refusal) -> [JSONValue] {
        let pointers = places.compactMap { JSONPointer($0) }
        let names = items.map { key($0, in: "") }
        var left = Array(items.indices)
        var ordered: [Int] = []
        while !left.isEmpty {
            let open = Set(left.map { names[$0] })
            guard
                let next = left.first(where: {
                    waitsFor(items[$0], pointers).isDisjoint(with: open)
                })
            else {
                throw Refusal(
                    reason: "each of these waits for another of them: "
                        + left.map { name(items[$0]) }.joined(separator: ", "))
            }
            ordered.append(next)
            left.removeAll { $0 == next }
        }
        return ordered.map { items[$0] }
    }

    /// Names an item comes after; without a namespace they are of its own.
    private static func waitsFor(_ item: JSONValue, _ pointers: [JSONPointer]) -> Set<String> {
        let own = item["namespace"]?.string ?? ""
        let named = pointers.compactMap { item[$0] }.flatMap { $0.array ?? [$0] }
        // Who names itself, as one that manages itself does, waits for nobody.
        return Set(named.map { key($0, in: own) }).subtracting([key(item, in: "")])
    }

    /// A kind, where an element has one, tells it from others of its name.
    private static func key(_ item: JSONValue, in namespace: String) -> String {
        let kind = item["kind"]?.string ?? ""
        return "\(kind)/\(item["namespace"]?.string ?? namespace)/\(name(item))"
    }

    private static func name(_ item: JSONValue) -> String {
        item.string ?? item["name"]?.string ?? item.text
    }
}
