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
        let items = items.filter { except == nil || Ordering.name($0) != except }
        switch each.order {
        case .after(let places): return try Ordering(items, after: places).ordered()
        // What comes before others comes after them when read from its end.
        case .before(let places):
            return try Ordering(items.reversed(), after: places).ordered().reversed()
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
}
