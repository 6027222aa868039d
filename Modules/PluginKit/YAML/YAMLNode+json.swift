public import RapportCore

extension YAMLNode {
    /// The same value as JSON, without its places.
    public var json: JSONValue {
        switch content {
        case .null: .null
        case .text(let text): .string(text)
        case .flag(let flag): .bool(flag)
        case .integer(let number, _): .integer(number)
        case .decimal(let literal): .decimal(literal)
        case .list(let items): .array(items.map(\.json))
        case .mapping(let entries): .object(entries.map { JSONValue.Member($0.name, $0.node.json) })
        }
    }

    /// A node for a JSON value: what is kept in the database or came over the API is read by the same code as a file.
    ///
    /// - Parameter place: finds the place of a dotted path (`steps.0.wait`); without one, places name the path alone.
    public init(json: JSONValue, path: String = "", place find: (String) -> Problem.Place? = { _ in nil }) {
        let place = find(path) ?? Problem.Place(path: path.isEmpty ? nil : path)
        let below = path.isEmpty ? "" : path + "."
        let content: Content =
            switch json {
            case .null: .null
            case .bool(let flag): .flag(flag)
            case .integer(let number): .integer(number, String(number))
            case .decimal(let literal): .decimal(literal)
            case .string(let text): .text(text)
            case .array(let items):
                .list(items.enumerated().map { YAMLNode(json: $1, path: "\(below)\($0)", place: find) })
            case .object(let members):
                .mapping(
                    members.map { member in
                        let path = below + member.name
                        let node = YAMLNode(json: member.value, path: path, place: find)
                        return Entry(name: member.name, place: node.place, node: node)
                    })
            }
        self.init(content, at: place)
    }

    /// The node at a dotted path below this one: `steps.0.wait`.
    public func node(at path: String) -> YAMLNode? {
        var node = self
        for part in path.split(separator: ".") {
            switch node.content {
            case .mapping(let entries):
                guard let next = entries.first(where: { $0.name == part }) else { return nil }
                node = next.node
            case .list(let items):
                guard let index = Int(part), items.indices.contains(index) else { return nil }
                node = items[index]
            default: return nil
            }
        }
        return node
    }
}
