import RapportCore

extension PersonalTable {
    /// The person's rows as somebody reads them: a JSON object each, by the order of the key.
    func read(_ subject: DataSubject, _ table: BackupTable, in db: Connection) throws -> [JSONValue] {
        guard shown == .rows, let condition = condition(subject) else { return [] }
        let columns = table.columns.map { column -> (column: BackupTable.Column, meaning: PersonalMeaning) in
            let isInteger = column.type == .integer
            return (column, meanings[column.name] ?? .usual(column.name, isInteger: isInteger))
        }.filter { $0.meaning != .hidden && $0.column.type != .bytes }
        guard !columns.isEmpty else { return [] }
        let names = columns.map(\.column.name).joined(separator: ", ")
        let order = table.key.joined(separator: ", ")
        var rows: [[SQLValue]] = []
        try db.each("SELECT \(raw: names) FROM \(raw: name) WHERE \(condition) ORDER BY \(raw: order)") { row in
            rows.append(
                columns.indices.map { index in
                    if row.isNull(index) { return .null }
                    return columns[index].column.type == .integer ? .integer(row.integer(index)) : .text(row.text(index))
                })
        }
        var cells = [[JSONValue]](repeating: [], count: columns.count)
        for index in columns.indices {
            cells[index] = try Self.told(rows.map { $0[index] }, columns[index].meaning, in: db)
        }
        return rows.indices.map { row in
            .object(columns.indices.map { JSONValue.Member(columns[$0].column.name, cells[$0][row]) })
        }
    }

    /// A column's values, each by its meaning; names are looked up all at once.
    private static func told(_ values: [SQLValue], _ meaning: PersonalMeaning, in db: Connection) throws -> [JSONValue] {
        var names: [Int64: String] = [:]
        if case .name(let table, let key, let column, let zero) = meaning {
            let numbers = Set(values.compactMap { if case .integer(let number) = $0 { number } else { nil } })
            try db.each(
                "SELECT \(raw: key), \(raw: column) FROM \(raw: table) WHERE \(raw: key) IN \(list: numbers.sorted())"
            ) { names[$0.integer(0)] = $0.text(1) }
            if let zero { names[0] = zero }
        }
        return values.map { value in
            switch (value, meaning) {
            case (.integer(0), .moment): .null
            case (.integer(let time), .moment): .string(Timestamp(milliseconds: time).rfc3339)
            case (.integer(let number), .words(let words)): words[number].map { .string($0) } ?? .integer(number)
            case (.integer(let number), .name): names[number].map { .string($0) } ?? .integer(number)
            case (.integer(let number), _): .integer(number)
            case (.text(let text), .json): (try? JSONValue(parsing: text)) ?? .string(text)
            case (.text(let text), _): .string(text)
            default: .null
            }
        }
    }
}
