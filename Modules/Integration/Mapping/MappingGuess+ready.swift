public import RapportCore

extension MappingGuess {
    /// Whose export the columns are, and the name that its records get as a source; `nil` for a list of one's own.
    public var export: KnownExport? { KnownExport.of(columns) }

    /// A mapping for the export of a system that is known by its columns: people, their permissions, and who must not be
    /// written to; `nil` for a list of one's own.
    ///
    /// - Throws: `Problem` `import.no_mapping` where no column identifies anybody.
    public func readyYAML() throws -> String? {
        guard let export, let mail = column(Self.mailNames) else { return nil }
        let people = try yaml(.people).split(separator: "\n").dropFirst()
        var lines = [
            "# An export of \(export.name), known by its columns. Look it through before importing.", "source: \(source)",
            "records:",
        ]
        for (index, line) in people.enumerated() { lines.append((index == 0 ? "  - " : "    ") + line) }
        for part in ReadyExport.parts(of: export) { lines += record(part, mail) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the column of addresses is called, in the languages in which programs export.
    private static let mailNames = [
        "email", "emailaddress", "emailadresse", "adresseemail", "courriel", "correoelectronico", "correo", "indirizzoemail",
        "emailadres", "epost",
    ]

    /// The name of the system of which a table with these columns is an export.
    public static func knownSource(of columns: [String]) -> String? { KnownExport.of(columns)?.source }

    /// A mapping to be looked at.
    public struct Proposal: Sendable {
        public var target: RecordRule.Target
        public var yaml: String
        /// The columns that it does not take, each with the name that it would have.
        public var leftOut: [(name: String, column: String)]
        /// The columns that come along under their own names.
        public var kept: [String] = []
    }

    /// The ready mapping of a known export unless `target` says what to read; else that of `target`, of `otherwise`, or of what the
    /// table most likely holds.
    ///
    /// - Throws: as `yaml` does.
    public func proposal(_ target: RecordRule.Target?, otherwise: RecordRule.Target? = nil) throws -> Proposal {
        if target == nil, let export, let ready = try readyYAML() {
            let taken = Set(ReadyExport.parts(of: export).flatMap { [$0.column, $0.date, $0.place].compactMap(\.self) })
            let left = try leftOut(.people).filter { !taken.contains(ColumnIndex.key($0.column)) }
            return Proposal(target: .people, yaml: ready, leftOut: left)
        }
        let target = target ?? otherwise ?? self.target
        return Proposal(target: target, yaml: try yaml(target), leftOut: try leftOut(target), kept: try kept(target))
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
