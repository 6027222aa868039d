public import RapportCore
import RapportStorage
import RapportTabular

/// What a person gave, in forms that other programs read and that `rapport import` takes back (GDPR, article 20):
/// identifiers and fields as one CSV table, what they did as JSON Lines, each with its mapping. docs/guides/rights.md has the
/// schema.
public struct PortableExport: Sendable {
    public var person: String
    /// Text by the name of its file.
    public var files: [(name: String, text: String)]
    public var identifiers: Int
    public var fields: Int
    public var events: Int
}

extension Rapport {
    /// - Throws: `Problem` `person.not_found`.
    public func portableExport(of person: PersonID) async throws -> PortableExport {
        let source = "portable"
        return try await database.read { db in
            guard let subject = try DataSubject.read(person, in: db), let record = try People.record(of: subject.person, in: db)
            else { throw Problem("person.not_found", "there is no such person") }
            let said = record.fields.map { field -> (name: String, type: FieldType, value: String) in
                let type = field.definition.type
                return (field.name, type, PortableTable.text(field.value, type))
            }
            let table = PortableTable(
                id: record.publicID, key: "external.\(source)", identifiers: record.identifiers.map(\.identifier),
                fields: said.map { ($0.name, $0.value) })
            // What the house concluded by itself is not the person's.
            let events = try StoredPersonalData().sections(of: subject, in: db).first { $0.name == "events" }?.rows ?? []
            let given = events.filter { event in
                let kind = event["kind"]?.string ?? ""
                return event["source"]?.string != "rapport" && kind != FieldsFold.eventKind && !PortableTable.isAct(kind)
            }
            let lines = given.map { PortableTable.line($0, id: record.publicID) }
            return PortableExport(
                person: record.publicID,
                files: [
                    ("profile.csv", table.csv), ("profile.map.yaml", table.mapping(source: source)),
                    ("events.jsonl", lines.joined()), ("events.map.yaml", PortableTable.eventsMapping(source: source)),
                ], identifiers: record.identifiers.count, fields: said.count, events: given.count)
        }
    }
}

/// One person as a table: a row with the first value of each kind and the fields, then one for each further value.
struct PortableTable {
    let id: String
    /// The identifier that keeps the rows together where they are read again.
    let key: String
    let identifiers: [Identifier]
    let fields: [(name: String, value: String)]

    private var kinds: [String] { Set(identifiers.map(\.kind)).sorted() }

    var csv: String {
        let names = [key] + kinds + fields.map(\.name)
        var rows: [[String]] = []
        let byKind = Dictionary(grouping: identifiers, by: \.kind)
        let most = byKind.values.map(\.count).max() ?? 0
        for index in 0..<max(1, most) {
            let values = kinds.map { kind in
                byKind[kind].flatMap { index < $0.count ? $0[index].value : nil } ?? ""
            }
            rows.append([id] + values + fields.map { index == 0 ? $0.value : "" })
        }
        return ([names] + rows).map { CSVText.line($0) }.joined()
    }

    func mapping(source: String) -> String {
        func quoted(_ text: String) -> String { JSONValue.string(text).text }
        let named = ([key] + kinds).map { "  \(quoted($0)): \(quoted($0))\n" }.joined()
        let said = fields.map { "  \(quoted($0.name)): \(quoted($0.name))\n" }.joined()
        return "source: \(source)\nas: people\nidentifiers:\n" + named + (said.isEmpty ? "" : "fields:\n" + said)
    }

    /// The value as an import reads it: an amount without its currency, which the field has.
    static func text(_ value: JSONValue, _ type: FieldType) -> String {
        let text = value.string ?? (value.isNull ? "" : value.text)
        guard case .money(let currency) = type, text.hasSuffix(" \(currency)") else { return text }
        return String(text.dropLast(currency.count + 1))
    }

    /// What was said to the house about permission is in the access export: another house has to ask for itself.
    static func isAct(_ kind: String) -> Bool {
        ["permission.", "objection.", "processing.", "address.", "person.", "message.", "segment."].contains {
            kind.hasPrefix($0)
        }
    }

    /// `{"person": …, "kind": …, "at": …, PROPERTY: …}`
    static func line(_ event: JSONValue, id: String) -> String {
        let own: [JSONValue.Member] = [
            .init("rapport_person", .string(id)), .init("rapport_kind", event["kind"] ?? .null),
            .init("rapport_at", event["occurred_at"] ?? .null),
        ]
        return JSONValue.object(own + (event["properties"]?.object ?? [])).text + "\n"
    }

    static func eventsMapping(source: String) -> String {
        """
        source: \(source)
        as: events
        kind: {column: rapport_kind}
        at: {column: rapport_at}
        identifiers:
          external.\(source): rapport_person
        keep: true

        """
    }
}
