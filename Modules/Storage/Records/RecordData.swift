import RapportCore

/// The fields of an account or a product, each with the moment it was said: a pure function of the set of what was said.
struct RecordData: Sendable, Equatable {
    struct Said: Sendable, Equatable {
        var value: JSONValue
        var occurredAt: Int64
        var receivedAt: Int64
        var ref: EventRef

        /// What was said later stays.
        func yields(to other: Said) -> Bool {
            (occurredAt, receivedAt, ref.partition, ref.position)
                < (other.occurredAt, other.receivedAt, other.ref.partition, other.ref.position)
        }
    }

    private(set) var fields: [String: Said] = [:]

    mutating func take(_ event: Event, _ properties: JSONValue) {
        for member in properties["fields"]?.object ?? [] {
            let said = Said(
                value: member.value, occurredAt: event.occurredAt.milliseconds, receivedAt: event.receivedAt.milliseconds,
                ref: event.ref)
            if fields[member.name].map({ $0.yields(to: said) }) ?? true { fields[member.name] = said }
        }
    }

    /// What holds now, by name; a field said to be empty is none.
    var values: [JSONValue.Member] {
        fields.filter { !$0.value.value.isNull }.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.value) }
    }

    var name: String? { fields["name"].flatMap { $0.value.string } }

    var text: String {
        JSONValue.object(
            fields.sorted { $0.key < $1.key }.map { name, said in
                JSONValue.Member(
                    name,
                    [
                        said.value, .integer(said.occurredAt), .integer(said.receivedAt), .integer(Int64(said.ref.partition)),
                        .integer(said.ref.position),
                    ])
            }
        ).text
    }

    init() {}

    init(text: String) throws {
        for member in try JSONValue(parsing: text).object ?? [] {
            guard let parts = member.value.array, parts.count == 5 else { continue }
            fields[member.name] = Said(
                value: parts[0], occurredAt: parts[1].integer ?? 0, receivedAt: parts[2].integer ?? 0,
                ref: EventRef(partition: Int(parts[3].integer ?? 0), position: parts[4].integer ?? 0))
        }
    }
}
