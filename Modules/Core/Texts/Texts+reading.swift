extension Texts {
    /// Reads a locale file: YAML with one `key: text` a line and nothing nested, so that a translator's tools and a diff see
    /// one text a line. A text in double quotes may hold JSON escapes.
    ///
    /// - Throws: `Problem` `texts.invalid` with the line.
    public init(language: String, reading content: String, file: String? = nil) throws {
        var content = content
        self.init(language: language, entries: try content.withUTF8 { try Self.entries($0, file: file) })
    }

    /// The English texts that are built in: config/locales/en.yaml as it was when this was built.
    public static let english: Texts = {
        // A test reads this file, so a build that passes its tests never falls back to bare keys.
        let entries = PackageResources.en_yaml.withUnsafeBufferPointer { try? Self.entries($0, file: "en.yaml") }
        return Texts(language: "en", entries: entries ?? [:])
    }()

    /// Every command reads them when it starts, hence bytes: a twentieth of the time that characters take.
    private static func entries(_ bytes: UnsafeBufferPointer<UInt8>, file: String?) throws -> [String: String] {
        var entries = [String: String](minimumCapacity: bytes.count / 64)
        var (start, number) = (0, 0)
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != newline { end += 1 }
            number += 1
            let line = trimmed(bytes, start..<end)
            start = end + 1
            if line.isEmpty || bytes[line.lowerBound] == UInt8(ascii: "#") { continue }
            let place = { Problem.Place(file: file, line: number) }
            var colon = line.lowerBound
            while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
            guard colon + 1 < line.upperBound, bytes[colon + 1] == UInt8(ascii: " ") else {
                throw Problem("texts.invalid", "a line of a locale file is `key: text`", at: place())
            }
            guard let text = text(bytes, trimmed(bytes, colon + 1..<line.upperBound)) else {
                throw Problem("texts.invalid", "the text in quotes is not closed or has a wrong escape", at: place())
            }
            let key = String(decoding: bytes[line.lowerBound..<colon], as: UTF8.self)
            guard entries.updateValue(text, forKey: key) == nil else {
                throw Problem("texts.invalid", "the key \"\(key)\" stands twice", at: place())
            }
        }
        return entries
    }

    /// What a value says; `nil` where its quotes or escapes are wrong.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> String? {
        let written = bytes[value]
        guard written.first == quote else { return String(decoding: written, as: UTF8.self) }
        let inner = written.dropFirst().dropLast()
        let isPlain = written.count > 1 && written.last == quote && inner.allSatisfy { $0 >= 0x20 && $0 != quote && $0 != 0x5C }
        if isPlain { return String(decoding: inner, as: UTF8.self) }
        return (try? JSONValue(parsing: String(decoding: written, as: UTF8.self)))?.string
    }

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")

    /// Without the spaces, tabs and carriage returns at both ends.
    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isSpace(bytes[low]) { low += 1 }
        while low < high, isSpace(bytes[high - 1]) { high -= 1 }
        return low..<high
    }
}
