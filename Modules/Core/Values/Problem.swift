/// What went wrong, where, and what to do about it: the one error that people see.
///
/// Nothing below the top layer prints; a command line or a page renders a problem with `description`.
public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where input stands: a file with line and column, an option, a field. Every part is optional.
    public struct Place: Sendable, Hashable, CustomStringConvertible {
        public var file: String?
        /// 1-based.
        public var line: Int?
        /// 1-based, in characters.
        public var column: Int?
        /// The dotted path of an option, or the name of a field: `channels.mail.host`.
        public var path: String?

        public init(file: String? = nil, line: Int? = nil, column: Int? = nil, path: String? = nil) {
            self.file = file
            self.line = line
            self.column = column
            self.path = path
        }

        public var description: String {
            var position: [String] = []
            if let file { position.append(file) }
            if let line { position.append(file == nil ? "line \(line)" : "\(line)") }
            if let column { position.append(file == nil && line == nil ? "column \(column)" : "\(column)") }
            let parts = [position.joined(separator: ":"), path ?? ""]
            return parts.filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    /// A stable dotted code for machines: `config.unknown_key`, `import.bad_date`.
    public let code: String
    public var place: Place?
    /// One plain sentence without a full stop.
    public let reason: String
    /// What the reader can do, if there is something.
    public let remedy: String?

    public init(_ code: String, _ reason: String, at place: Place? = nil, remedy: String? = nil) {
        self.code = code
        self.reason = reason
        self.place = place
        self.remedy = remedy
    }

    /// The same problem, named at `place`.
    public func at(_ place: Place) -> Problem {
        var copy = self
        copy.place = place
        return copy
    }

    public var description: String {
        let position = place.map(\.description) ?? ""
        let head = position.isEmpty ? reason : "\(position): \(reason)"
        return remedy.map { "\(head). \($0)" } ?? head
    }
}
