public import RapportCore
public import RapportStorage

/// Reads what happened to the people of a house: not to erased, merged or anonymous ones.
public struct HouseHappenings: Sendable {
    /// A kind of event, and what a declared property of it must be: `page.viewed:path=/cart`.
    public struct Step: Sendable, Hashable {
        public var text: String
        public var kind: String
        public var property: String?
        public var value: String?

        /// - Throws: `Problem` `patterns.step` for a text that is none.
        public init(_ text: String) throws {
            self.text = text
            let parts = text.split(separator: ":", maxSplits: 1)
            kind = parts.first.map { String($0).trimmingSpaces } ?? ""
            guard parts.count == 2 else {
                guard EventKind.isValid(kind) else { throw Self.problem(text) }
                return
            }
            let pair = parts[1].split(separator: "=", maxSplits: 1)
            guard EventKind.isValid(kind), pair.count == 2 else { throw Self.problem(text) }
            property = String(pair[0]).trimmingSpaces
            value = String(pair[1]).trimmingSpaces
        }

        private static func problem(_ text: String) -> Problem {
            Problem(
                "patterns.step", "\"\(text)\" is no step",
                remedy: "Write a kind of event, such as order.placed, or one of its properties too: page.viewed:path=/cart")
        }
    }

    /// - Parameters:
    ///   - steps: the events to read; every kind where there are none.
    ///   - people: only these; everybody without.
    ///   - groups: the group of each person.
    /// - Throws: `Problem` `patterns.unknown_kind`, `patterns.undeclared`.
    public static func read(
        _ steps: [Step], from: Timestamp? = nil, to: Timestamp? = nil, people: Set<PersonID>? = nil,
        groups: [PersonID: String]? = nil, _ catalog: Catalog, in db: Connection
    ) throws -> Happenings {
        let living = try LivingPeople(of: people.map { Array($0) }, in: db)
        var names: [String] = []
        var rows = PersonPiles<Happenings.Row>(people: living.bound) { PersonID($0.subject) }
        let (low, high) = ((from ?? .distantPast).milliseconds, (to ?? .distantFuture).milliseconds)
        func take(_ kind: Int64, _ event: Int, _ condition: SQL) throws {
            try db.stream(
                """
                SELECT person, occurred_at FROM timeline
                WHERE kind = \(kind) AND occurred_at >= \(low) AND occurred_at < \(high)\(condition)
                """
            ) { row in
                let person = row.integer(0)
                guard living.contains(person) else { return }
                rows.add(Happenings.Row(subject: Int32(person), event: Int32(event), at: row.integer(1)), of: person)
            }
        }
        if steps.isEmpty {
            let kinds = try db.all("SELECT id, name FROM kinds ORDER BY name") { ($0.integer(0), $0.text(1)) }
            for (id, name) in kinds where !Self.isOurOwn(name) {
                names.append(name)
                try take(id, names.count - 1, "")
            }
        }
        for step in steps {
            if names.contains(step.text) { continue }
            let kind = try self.kind(step.kind, catalog, in: db)
            names.append(step.text)
            try take(kind.id, names.count - 1, try condition(step, kind, in: db))
        }
        // The order in which kinds were read must not decide between events of one moment: they go by name.
        var rank = [Int](repeating: 0, count: names.count)
        for (place, event) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() { rank[event] = place }
        var happenings = Happenings(events: names)
        happenings.reserveCapacity(rows.count)
        rows.each { person, own in
            own.sort { $0.at != $1.at ? $0.at < $1.at : rank[Int($0.event)] < rank[Int($1.event)] }
            let place = happenings.add(subject: String(person), group: groups?[person])
            for row in own { happenings.add(subject: place, event: Int(row.event), at: row.at) }
        }
        return happenings
    }

    /// What the house does to itself is on no way of a person.
    private static func isOurOwn(_ kind: String) -> Bool {
        ["person.", "segment.", "import.", "definition.", "account.", "product.identified"].contains { kind.hasPrefix($0) }
    }

    /// - Throws: `Problem` `patterns.unknown_kind` with the nearest one.
    public static func kind(_ name: String, _ catalog: Catalog, in db: Connection) throws -> Kind {
        if let kind = try catalog.existingKind(name, in: db) { return kind }
        let known = try db.all("SELECT name FROM kinds ORDER BY name") { $0.text(0) }
        throw Problem(
            "patterns.unknown_kind", "there is no event of the kind \"\(name)\"",
            remedy: Spelling.nearest(to: name, in: known).map { "Did you mean \"\($0)\"?" }
                ?? "rapport explore lists the kinds that there are")
    }

    private static func condition(_ step: Step, _ kind: Kind, in db: Connection) throws -> SQL {
        guard let property = step.property, let value = step.value else { return "" }
        guard let slot = kind.definition.slot(of: property) else {
            throw Problem(
                "patterns.undeclared", "\(kind.name) has no declared property \"\(property)\"",
                remedy: "Declare it in YAML (kinds:), as docs/guides/segments.md shows; events of the past are filled in")
        }
        let column: SQL = "n\(raw: String(slot + 1))"
        if case .text = kind.definition.slots[slot].type {
            let symbol = try db.integer("SELECT id FROM symbols WHERE value = \(Text.folded(value))") ?? -1
            return " AND \(column) = \(symbol)"
        }
        guard case .integer(let number)? = kind.definition.slots[slot].type.value(of: .string(value), in: [:]) else {
            let flag = ["true": Int64(1), "yes": 1, "false": 0, "no": 0][value.lowercased()]
            guard let flag, case .flag = kind.definition.slots[slot].type else { return " AND 1 = 0" }
            return " AND \(column) = \(flag)"
        }
        return " AND \(column) = \(number)"
    }
}

extension String {
    var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
