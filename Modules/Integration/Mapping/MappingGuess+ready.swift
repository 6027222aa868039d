extension MappingGuess {
    /// Whose export the columns are, and the name that its records get as a source; `nil` for a list of one's own.
    public var export: (name: String, source: String)? { ReadyExport.of(columns).map { ($0.name, $0.source) } }

    /// A mapping for the export of a system that is known by its columns: people, their permissions, and who must not be
    /// written to; `nil` for a list of one's own.
    ///
    /// - Throws: `Problem` `import.no_mapping` where no column identifies anybody.
    public func readyYAML() throws -> String? {
        guard let export = ReadyExport.of(columns), let mail = column(["email", "emailaddress"]) else { return nil }
        let people = try yaml(.people).split(separator: "\n").dropFirst()
        var lines = [
            "# An export of \(export.name), known by its columns. Look it through before importing.", "source: \(source)",
            "records:",
        ]
        for (index, line) in people.enumerated() { lines.append((index == 0 ? "  - " : "    ") + line) }
        for part in export.parts { lines += record(part, mail) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The name of the system of which a table with these columns is an export.
    public static func knownSource(of columns: [String]) -> String? { ReadyExport.of(columns)?.source }

    /// A mapping to be looked at.
    public struct Proposal: Sendable {
        public var target: RecordRule.Target
        public var yaml: String
        /// The columns that it does not take, each with the name that it would have.
        public var leftOut: [(name: String, column: String)]
    }

    /// The ready mapping of a known export unless `target` says what to read; else that of `target`, of `otherwise`, or of what the
    /// table most likely holds.
    ///
    /// - Throws: as `yaml` does.
    public func proposal(_ target: RecordRule.Target?, otherwise: RecordRule.Target? = nil) throws -> Proposal {
        if target == nil, let export = ReadyExport.of(columns), let ready = try readyYAML() {
            let taken = Set(export.parts.flatMap { [$0.column, $0.date, $0.place].compactMap(\.self) })
            let left = try leftOut(.people).filter { !taken.contains(ColumnIndex.key($0.column)) }
            return Proposal(target: .people, yaml: ready, leftOut: left)
        }
        let target = target ?? otherwise ?? self.target
        return Proposal(target: target, yaml: try yaml(target), leftOut: try leftOut(target))
    }

    private func record(_ part: ReadyExport.Part, _ mail: String) -> [String] {
        guard let name = column([part.column]) else { return [] }
        let quoted = Self.quoted(name)
        var lines = [
            "  - as: \(part.isPermission ? "permissions" : "suppressions")", "    identifiers: {email: \(Self.quoted(mail))}",
            "    channel: email",
        ]
        switch part.test {
        case .filled: lines.append("    when: {column: \(quoted), filled: true}")
        case .date:
            lines.append("    when: {column: \(quoted), filled: true}")
            lines.append("    at: \(timed(name))")
        case .words(let words):
            lines.append("    when: {column: \(quoted), in: [\(words.map(Self.quoted).joined(separator: ", "))]}")
        }
        if let date = part.date, let at = column([date]) { lines.append("    at: \(timed(at))") }
        guard part.isPermission else { return lines + ["    reason: \(part.word)"] }
        lines += ["    basis: consent", "    status: \(part.word)"]
        if let place = part.place, let at = column([place]) { lines.append("    where: {column: \(Self.quoted(at))}") }
        return lines + [
            "    # wording: the words that people agreed to; without them the permission is unproven and sends nothing"
        ]
    }

    private func column(_ keys: [String]) -> String? { columns.first { keys.contains(ColumnIndex.key($0)) } }
}

/// The export of another system: by which columns it is known, and what those of permission mean.
struct ReadyExport: Sendable {
    enum Test: Sendable {
        case filled
        /// Filled with the moment at which it happened.
        case date
        case words([String])
    }

    struct Part: Sendable {
        /// As `ColumnIndex.key` has it.
        var column: String
        var test: Test
        /// A status of a permission, or a reason of a suppression.
        var word: String
        var isPermission = false
        /// The column with the moment, where it is another one.
        var date: String?
        /// The column that says where somebody agreed.
        var place: String?
    }

    var name: String
    var source: String
    var all: [String]
    var some: [String]
    var parts: [Part]

    static func of(_ columns: [String]) -> ReadyExport? {
        let keys = Set(columns.map(ColumnIndex.key))
        return known.first { export in export.all.allSatisfy(keys.contains) && export.some.contains(where: keys.contains) }
    }

    private static let yes = ["true", "1", "yes"]

    /// Names of columns are those of the vendors' help pages and object references, read in 2026.
    private static let known = [
        ReadyExport(
            name: "Mailchimp", source: "mailchimp", all: ["emailaddress"],
            some: ["memberrating", "optintime", "leid", "euid", "confirmtime", "unsubtime", "cleantime"],
            parts: [
                Part(column: "optintime", test: .date, word: "granted", isPermission: true, place: "optinip"),
                Part(column: "confirmtime", test: .date, word: "confirmed", isPermission: true, place: "confirmip"),
                Part(column: "unsubtime", test: .date, word: "unsubscribed"),
                Part(column: "cleantime", test: .date, word: "bounce"),
            ]),
        ReadyExport(
            name: "HubSpot", source: "hubspot", all: ["recordid"],
            some: [
                "lifecyclestage", "marketingcontactstatus", "unsubscribedfromallemail", "contactowner", "emailhardbouncereason",
            ],
            parts: [
                Part(column: "unsubscribedfromallemail", test: .words(yes), word: "unsubscribed"),
                Part(column: "emailhardbouncereason", test: .filled, word: "bounce"),
            ]),
        ReadyExport(
            name: "Salesforce", source: "salesforce", all: [],
            some: ["hasoptedoutofemail", "isemailbounced", "emailbouncedreason", "hasoptedoutoffax", "masterrecordid"],
            parts: [
                Part(column: "hasoptedoutofemail", test: .words(yes), word: "unsubscribed"),
                Part(column: "emailbouncedreason", test: .filled, word: "bounce"),
            ]),
        ReadyExport(
            name: "Braze", source: "braze", all: [],
            some: ["emailsubscribe", "emailsubscribestate", "pushsubscribe", "brazeid", "unsubscribedfromemailsat"],
            parts: [
                Part(
                    column: "emailsubscribe", test: .words(["opted_in"]), word: "granted", isPermission: true,
                    date: "emailoptedinat"),
                Part(column: "emailsubscribe", test: .words(["unsubscribed"]), word: "unsubscribed", date: "emailunsubscribedat"),
                Part(column: "unsubscribedfromemailsat", test: .date, word: "unsubscribed"),
            ]),
        ReadyExport(
            name: "Mautic", source: "mautic", all: ["firstname", "lastname"],
            some: ["preferredprofileimage", "dateidentified", "attributiondate", "stageid", "ownerbyuserid", "lastactive"],
            parts: [
                Part(column: "donotcontact", test: .words(yes), word: "manual"),
                Part(column: "dnc", test: .words(yes), word: "manual"),
            ]),
    ]
}
