public import RapportCore

extension YAMLNode {
    /// A text; numbers and flags count as text just as they were written.
    ///
    /// - Throws: `Problem` `config.invalid` naming the place, as all of these do.
    public func text() throws -> String {
        switch content {
        case .text(let text), .integer(_, let text), .decimal(let text): text
        case .flag(let flag): flag ? "true" : "false"
        default: throw expected("a text")
        }
    }

    public func integer() throws -> Int64 {
        guard case .integer(let number, _) = content else { throw expected("a whole number") }
        return number
    }

    public func integer(in range: ClosedRange<Int64>) throws -> Int64 {
        let number = try integer()
        guard range.contains(number) else {
            throw problem("\(number) is out of range: from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    public func flag() throws -> Bool {
        guard case .flag(let flag) = content else { throw expected("true or false") }
        return flag
    }

    /// A length of time: `30s`, `5m`, `24h`, `180d`.
    public func span() throws -> Span {
        guard case .text(let text) = content, let span = Span(text) else {
            throw expected("a length of time such as 30s, 5m, 24h or 180d")
        }
        return span
    }

    /// One of a few words.
    public func choice(_ choices: [String]) throws -> String {
        let word = try text()
        guard choices.contains(word) else {
            throw problem(
                "\"\(word)\" is not one of \(choices.joined(separator: ", "))",
                remedy: Spelling.nearest(to: word, in: choices).map { "Did you mean \"\($0)\"?" })
        }
        return word
    }

    /// One of an enumeration's raw values.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        let word = try choice(Choice.allCases.map(\.rawValue))
        guard let choice = Choice(rawValue: word) else { throw expected("one of the choices") }
        return choice
    }

    /// Several of an enumeration's raw values, in the enumeration's order.
    public func choices<Choice: RawRepresentable & CaseIterable & Hashable>(_ type: Choice.Type) throws -> [Choice]
    where Choice.RawValue == String {
        let found = Set(try list().map { try $0.choice(type) })
        return Choice.allCases.filter(found.contains)
    }

    public func list() throws -> [YAMLNode] {
        guard case .list(let items) = content else { throw expected("a list") }
        return items
    }

    /// A list of texts; a single text is a list of one.
    public func texts() throws -> [String] {
        if case .list(let items) = content { return try items.map { try $0.text() } }
        return [try text()]
    }

    public func mapping() throws -> [Entry] {
        guard case .mapping(let entries) = content else { throw expected("a mapping (key: value)") }
        return entries
    }

    /// The value of a key that must be there.
    public func required(_ name: String) throws -> YAMLNode {
        _ = try mapping()
        guard let node = self[name] else {
            throw Problem("config.missing", "\"\(name)\" is missing", at: place.appending(name))
        }
        return node
    }

    public func text(_ name: String) throws -> String? { try self[name]?.text() }
    public func integer(_ name: String) throws -> Int64? { try self[name]?.integer() }
    public func flag(_ name: String) throws -> Bool? { try self[name]?.flag() }
    public func span(_ name: String) throws -> Span? { try self[name]?.span() }
    public func texts(_ name: String) throws -> [String]? { try self[name]?.texts() }
    public func list(_ name: String) throws -> [YAMLNode]? { try self[name]?.list() }
    public func mapping(_ name: String) throws -> [Entry]? { try self[name]?.mapping() }

    private func expected(_ what: String) -> Problem { problem("this should be \(what), and is \(described)") }

    private var described: String {
        switch content {
        case .null: "empty"
        case .text(let text): text.count > 40 ? "a longer text" : "\"\(text)\""
        case .flag(let flag): flag ? "true" : "false"
        case .integer(_, let literal), .decimal(let literal): literal
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension Problem.Place {
    /// The place of a key or an item below this one.
    public func appending(_ name: String) -> Problem.Place {
        var copy = self
        copy.path = path.map { $0.isEmpty ? name : "\($0).\(name)" } ?? name
        return copy
    }
}
