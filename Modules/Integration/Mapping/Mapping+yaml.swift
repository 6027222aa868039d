import RapportCore
public import RapportPluginKit
import RapportTabular

extension Mapping {
    /// Reads a mapping.
    ///
    /// - Parameter house: what holds where the mapping does not say.
    /// - Throws: `Problem` with file, line and column; unknown keys name the nearest one.
    public init(_ node: YAMLNode, house: MappingDefaults = MappingDefaults()) throws {
        let defaults = ["source", "history", "region", "zone", "currency", "file"]
        let isList = node["records"] != nil
        let reader = MappingReader(
            region: try node.text("region") ?? house.region, zone: try node.text("zone") ?? house.zone,
            currency: try Self.word(node["currency"]) ?? house.currency, brands: house.brands)
        if let zone = reader.zone, Zones.zone(zone) == nil {
            throw node["zone"]?.problem("there is no time zone \"\(zone)\"", remedy: "Use an IANA name such as Europe/Paris")
                ?? node.problem("zone")
        }
        let records: [RecordRule]
        if isList {
            try node.checkKeys(defaults + ["records"])
            records = try node.required("records").list().map { try reader.record($0, beside: []) }
        } else {
            records = [try reader.record(node, beside: defaults)]
        }
        guard !records.isEmpty else { throw node.problem("a mapping needs at least one record") }
        self.init(
            source: try node.text("source"), history: try node.flag("history"), records: records,
            file: try node["file"].map(Self.fileSettings) ?? [])
        signature = [node.json.canonicalText, reader.region, reader.zone, reader.currency].map { $0 ?? "" }.joined(
            separator: "\n")
    }

    private static func fileSettings(_ node: YAMLNode) throws -> [FileSetting] {
        try node.checkKeys(["delimiter", "quote", "escape", "encoding", "header", "skip"])
        return try node.mapping().map { entry in
            let value: JSONValue =
                entry.name == "skip" ? .integer(try entry.node.integer(in: 0...1_000_000)) : .string(try entry.node.text())
            return FileSetting(name: entry.name, value: value, place: entry.node.place)
        }
    }
}

extension Mapping {
    /// A currency may also be the value of a column, which is the record's own.
    private static func word(_ node: YAMLNode?) throws -> String? {
        if case .mapping = node?.content { return nil }
        return try node?.text()
    }
}

struct MappingReader {
    let region: String?
    let zone: String?
    let currency: String?
    let brands: [String]

    func record(_ node: YAMLNode, beside: [String]) throws -> RecordRule {
        let target = try node.required("as").choice(RecordRule.Target.self)
        var allowed = beside + ["as", "stream", "when", "key", "at"] + target.parts
        if target.concernsPeople { allowed.append("identifiers") }
        if let key = target.valuesKey { allowed += [key, "keep"] }
        if target == .orders { allowed.append("line") }
        if target == .relations { allowed.append("other") }
        try node.checkKeys(allowed)
        for name in target.requiredParts { _ = try node.required(name) }
        var record = RecordRule(target, region: region)
        record.brands = brands
        record.streams = Set(try node.texts("stream") ?? [])
        record.condition = try node["when"].map(condition)
        record.key = try node["key"].map { try rule($0) }
        record.at = try node["at"].map { try timed($0) }
        record.identifiers = try named(node["identifiers"])
        if target.concernsPeople, record.identifiers.isEmpty {
            throw node.problem(
                "\(target.rawValue) need identifiers", code: "config.missing",
                remedy: "Say by which columns people are known: identifiers: {email: Email}")
        }
        if target == .relations { record.others = try named(node.required("other")) }
        if target == .affiliations, node["account"] == nil, node["company"] == nil {
            throw node.problem(
                "affiliations need an account", code: "config.missing",
                remedy: "Say which column has the company's key (account: …) or its name (company: …)")
        }
        record.parts = try target.parts.compactMap { name in
            try node[name].map { .init(name, try part($0, name)) }
        }
        if target == .orders, node["currency"] == nil, let currency {
            record.parts.append(.init("currency", ValueRule(.constant(.string(currency)), place: node.place)))
        }
        record.values = try named(target.valuesKey.flatMap { node[$0] })
        record.line = try named(node["line"])
        if let keep = node["keep"] {
            if case .flag(let all) = keep.content {
                record.keep = all ? .all : nil
            } else {
                record.keep = .columns(Set(try keep.texts().map(ColumnIndex.key)))
            }
        }
        return record
    }

    private func named(_ node: YAMLNode?) throws -> [RecordRule.Named] {
        try node?.mapping().map { .init($0.name, try rule($0.node)) } ?? []
    }

    /// A bare word that is the whole value of `kind`, `basis` and their like is meant, and no column.
    private func part(_ node: YAMLNode, _ name: String) throws -> ValueRule {
        let words = [
            "kind", "basis", "status", "channel", "topic", "brand", "currency", "wording", "where", "reason", "language",
        ]
        if words.contains(name), case .text(let text) = node.content {
            return ValueRule(.constant(.string(text)), place: node.place)
        }
        if name == "since" || name == "until" { return try timed(node) }
        // `confirmed: true` is meant as it stands, for all records.
        if name == "confirmed" || name == "primary", case .flag(let flag) = node.content {
            return ValueRule(.constant(.bool(flag)), place: node.place)
        }
        return try rule(node)
    }

    /// A time without a stated format is RFC 3339.
    private func timed(_ node: YAMLNode) throws -> ValueRule {
        var rule = try rule(node)
        let isTimed = rule.steps.contains { step in
            if case .time = step { true } else if case .date = step { true } else { false }
        }
        if !isTimed, let format = DateFormat("RFC 3339") { rule.steps.append(.time(format, zone: zone)) }
        return rule
    }

    static let keys = [
        "column", "constant", "concat", "with", "coalesce", "when", "required", "keep_spaces", "lower", "upper", "split", "part",
        "values", "else", "date", "time", "zone", "number", "integer", "minor_units", "flag", "phone",
    ]

    /// A rule: the name of a column, or a mapping.
    func rule(_ node: YAMLNode) throws -> ValueRule {
        switch node.content {
        case .mapping: break
        default: return ValueRule(.column(try node.text()), place: node.place)
        }
        try node.checkKeys(Self.keys)
        var rule = ValueRule(try origin(node), place: node.place)
        rule.condition = try node["when"].map(condition)
        rule.isRequired = try node.flag("required") ?? false
        rule.keepsSpaces = try node.flag("keep_spaces") ?? false
        rule.steps = try steps(node)
        return rule
    }

    private func origin(_ node: YAMLNode) throws -> ValueRule.Origin {
        let origins = ["column", "constant", "concat", "coalesce"].filter { node[$0] != nil }
        guard origins.count == 1 else {
            throw node.problem("a value comes from one of column, constant, concat, coalesce")
        }
        switch origins[0] {
        case "column": return .column(try node.required("column").text())
        case "constant": return .constant(try node.required("constant").json)
        case "concat":
            return .concatenation(try node.required("concat").list().map(rule), separator: try node.text("with") ?? " ")
        default: return .first(try node.required("coalesce").list().map(rule))
        }
    }

    private func steps(_ node: YAMLNode) throws -> [ValueRule.Step] {
        var steps: [ValueRule.Step] = []
        if let by = try node.text("split") { steps.append(.part(by: by, number: Int(try node.integer("part") ?? 1))) }
        if try node.flag("lower") == true { steps.append(.lower) }
        if try node.flag("upper") == true { steps.append(.upper) }
        if let table = node["values"] {
            let pairs = try table.mapping().map { (Text.folded($0.name), $0.node.json) }
            var otherwise = ValueRule.Otherwise.refuse
            if let node = node["else"] { otherwise = node.json == "keep" ? .keep : .value(node.json) }
            steps.append(.table(Dictionary(pairs) { $1 }, otherwise: otherwise))
        }
        if let format = node["date"] { steps.append(.date(try self.format(format))) }
        if let format = node["time"] { steps.append(.time(try self.format(format), zone: try zone(node))) }
        if let number = node["number"] {
            var format = NumberFormat(minorDigits: Int(try node.integer("minor_units") ?? 0))
            // `number: true`, or how its decimals are marked.
            if case .text(let mark) = number.content {
                guard mark == "," || mark == "." else { throw number.problem("decimals are marked by \".\" or \",\"") }
                format.decimal = mark.first
            } else {
                _ = try number.flag()
            }
            steps.append(.number(format))
        }
        if try node.flag("integer") == true { steps.append(.number(NumberFormat(isWhole: true))) }
        if try node.flag("flag") == true { steps.append(.flag) }
        if let phone = node["phone"] {
            let stated = try phone.text()
            steps.append(.phone(region: stated == "true" ? region : stated))
        }
        return steps
    }

    private func format(_ node: YAMLNode) throws -> DateFormat {
        let text = try node.text()
        guard let format = DateFormat(text) else {
            throw node.problem(
                "\"\(text)\" names no year, month and day", remedy: "Write it like DD.MM.YYYY HH:mm, RFC 3339, unix or unix_ms")
        }
        return format
    }

    private func zone(_ node: YAMLNode) throws -> String? {
        guard let name = try node.text("zone") else { return zone }
        guard Zones.zone(name) != nil else {
            throw node.problem("there is no time zone \"\(name)\"", remedy: "Use an IANA name such as Europe/Paris")
        }
        return name
    }

    /// `{column: Type, is: customer}`, `{column: Type, in: [a, b]}`, `{column: X, filled: true}`, `{not: …}`, `{all: […]}`.
    func condition(_ node: YAMLNode) throws -> Condition {
        if let inner = node["not"] {
            try node.checkKeys(["not"])
            return .not(try condition(inner))
        }
        if let all = node["all"] {
            try node.checkKeys(["all"])
            return .all(try all.list().map(condition))
        }
        try node.checkKeys(["column", "is", "in", "filled", "not", "all"])
        let column = ValueRule(.column(try node.required("column").text()), place: node.place)
        if let word = node["is"] { return .isOneOf(column, [Text.folded(try word.text())]) }
        if let words = node["in"] { return .isOneOf(column, try words.texts().map(Text.folded)) }
        let filled = Condition.isFilled(column)
        return try node.flag("filled") == false ? .not(filled) : filled
    }
}
