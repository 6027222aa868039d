extension Texts {
    /// Reads a locale file: YAML with one `key: text` a line and nothing nested, so that a translator's tools and a diff see
    /// one text a line. A text in double quotes may hold JSON escapes.
    ///
    /// - Throws: `Problem` `texts.invalid` with the line.
    public init(language: String, reading content: String, file: String? = nil) throws {
        var entries: [String: String] = [:]
        for (index, line) in content.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let place = Problem.Place(file: file, line: index + 1)
            guard let colon = line.firstIndex(of: ":"), line[colon...].dropFirst().first == " " else {
                throw Problem("texts.invalid", "a line of a locale file is `key: text`", at: place)
            }
            let key = String(line[..<colon])
            var text = String(line[line.index(after: colon)...].trimmed)
            if text.hasPrefix("\"") {
                guard let value = try? JSONValue(parsing: text), let string = value.string else {
                    throw Problem("texts.invalid", "the text in quotes is not closed or has a wrong escape", at: place)
                }
                text = string
            }
            guard entries.updateValue(text, forKey: key) == nil else {
                throw Problem("texts.invalid", "the key \"\(key)\" stands twice", at: place)
            }
        }
        self.init(language: language, entries: entries)
    }

    /// The English texts that are built in: config/locales/en.yaml as it was when this was built.
    public static let english: Texts = {
        let content = String(decoding: PackageResources.en_yaml, as: UTF8.self)
        // A test reads this file, so a build that passes its tests never falls back to bare keys.
        return (try? Texts(language: "en", reading: content, file: "en.yaml")) ?? Texts(language: "en", entries: [:])
    }()
}

extension Substring {
    fileprivate var trimmed: Substring {
        var out = self
        while let first = out.first, first.isWhitespace { out.removeFirst() }
        while let last = out.last, last.isWhitespace { out.removeLast() }
        return out
    }
}
