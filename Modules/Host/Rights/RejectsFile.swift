import Foundation
import RapportCore
import RapportStorage

/// A CSV file that `rapport import --errors` wrote.
enum RejectsFile {
    /// Takes out the records that speak of somebody. The file is replaced as a whole.
    ///
    /// - Returns: how many there were.
    static func clean(_ path: String, of traces: PersonalTraces) throws -> Int {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let records = records(of: text)
        let left = records.enumerated().filter { $0.offset == 0 || !traces.isIn(String($0.element)) }.map(\.element)
        guard left.count < records.count else { return 0 }
        try Data(left.joined().utf8).write(to: URL(filePath: path), options: .atomic)
        return records.count - left.count
    }

    /// Records with their ends: a line feed within quotes ends none (RFC 4180).
    private static func records(of text: String) -> [Substring] {
        var out: [Substring] = []
        var isQuoted = false
        var start = text.startIndex
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            guard text[index].isNewline, !isQuoted else { continue }
            let next = text.index(after: index)
            out.append(text[start..<next])
            start = next
        }
        if start < text.endIndex { out.append(text[start...]) }
        return out
    }
}
