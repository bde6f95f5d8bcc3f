internal import Estates
internal import JSON
internal import Runbooks
internal import YAML

/// The `each` of a step or an include while it is bound.
struct EachBinding {
    /// The name of the element.
    let name: String
    /// The name of the list, as it stands in the document.
    let list: Scalar
    let except: Scalar?
    let atOnce: Int
    let node: YAMLNode

    /// nil when `node` has no usable `each`; its shape was checked when it was read.
    init?(_ node: YAMLNode) {
        guard let each = node["each"],
            let entry = each.mapping?.entries.first(where: { !Self.options.contains($0.key.text) }),
            let list = entry.value.scalar
        else { return nil }
        name = entry.key.text
        self.list = list
        except = each["except"]?.scalar
        atOnce = each["at-once"]?.json.int ?? 1
        self.node = each
    }

    /// Members of `each` that are not the element and its list.
    static let options: Set<String> = ["except", "after", "before", "at-once", "block"]
    /// Lists of a cluster whose elements are nodes with their facts.
    private static let nodeLists: Set<String> = ["servers", "workers", "nodes"]

    /// The elements of a list fact, without the one that is left out.
    func elements(_ list: [JSONValue], except: String?, estate: Estate) -> [JSONValue] {
        let path = FactPath(self.list.text)
        return list.compactMap { element in
            guard let name = element.string ?? element["name"]?.string, name != except else {
                return element.string == nil && element["name"] == nil ? element : nil
            }
            guard let last = path?.names.last, Self.nodeLists.contains(last),
                let facts = estate.node(name)
            else { return element }
            return ArgumentBinder.derived(facts)
        }
    }
}
