public import RapportCore

extension CheckupReport {
    /// The report for machines; docs/guides/checkup.md names every key.
    public var json: JSONValue {
        [
            "files": .array(parts.map(Self.json)),
            "rows": .integer(Int64(rows)),
            "people": .integer(Int64(people)),
            "deliverable": .integer(Int64(deliverable)),
            "writable": .integer(Int64(writable)),
            "says_who_agreed": .bool(saysWhoAgreed),
            "proof_missing": .array(gaps.map { .string($0.rawValue) }),
            "export": export.map { .string($0) } ?? .null,
            "country": home.map { .string($0) } ?? .null,
            "phones_not_judged": .integer(Int64(unjudgedPhones)),
            "compared": .bool(wasCompared),
            "stopped_by": .object(steps.map { .init($0.name, .integer(Int64($0.rows))) }),
            "first_mend": firstMend.map { ["what": .string($0.name), "rows": .integer(Int64($0.alone))] } ?? .null,
            "findings": .array(kinds.map(Self.json)),
            "columns": .array(columns.map(Self.json)),
        ]
    }

    private static func json(_ part: Part) -> JSONValue {
        [
            "path": .string(part.path), "rows": .integer(Int64(part.rows)), "bytes": .integer(part.size),
            "encoding": .string(part.encoding), "delimiter": .string(part.delimiter), "has_header": .bool(part.hasHeader),
            "further_tables": .integer(Int64(part.furtherTables)),
        ]
    }

    private static func json(_ kind: Kind) -> JSONValue {
        [
            "code": .string(kind.finding.rawValue), "gravity": .string(kind.finding.gravity.rawValue),
            "rows": .integer(Int64(kind.rows)), "values": .integer(Int64(kind.values)),
            "columns": .array(kind.columns.map { .string($0) }),
            "examples": .array(
                kind.examples.map { example in
                    [
                        "file": .integer(Int64(example.file)), "line": .integer(example.line), "column": .string(example.column),
                        "value": .string(example.value), "suggestion": example.suggestion.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }

    private static func json(_ column: Column) -> JSONValue {
        [
            "name": .string(column.name), "holds": .string(column.role.rawValue), "filled": .integer(Int64(column.filled)),
            "sound": .integer(Int64(column.sound)),
        ]
    }
}
