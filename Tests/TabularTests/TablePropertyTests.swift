import RapportCore
import RapportTabular
import Testing

@Suite("any table")
struct TablePropertyTests {
    @Test("whatever cells hold, what RFC 4180 writes is read back", arguments: 0..<60)
    func roundTrip(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let alphabet = ["a", "b", " ", ",", ";", "\"", "'", "\n", "\r\n", "\t", "|", "\\", "é", "🙂", "1", "."]
        let width = Int.random(in: 2...7, using: &random)
        let rows = (0..<Int.random(in: 1...30, using: &random)).map { _ in
            (0..<width).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }.joined()
            }
        }
        let header = (0..<width).map { "name \($0)" }
        for (delimiter, newline) in [(",", "\n"), (";", "\r\n"), ("\t", "\n")] {
            let writing = StandardFile.Writing(delimiter: delimiter, newline: newline, always: true)
            let text = ([header] + rows).map { StandardFile.line($0, writing) }.joined(separator: newline) + newline
            let stated = try StatedTable(
                delimiter: delimiter, quote: "\"", escape: "none", encoding: "utf-8", header: "yes", skip: nil)
            let read = try Table.read(Array(text.utf8), stated: stated)
            #expect(read.table == Table(header: header, rows: rows))
            #expect(read.rows.allSatisfy { $0.notes.isEmpty })
        }
    }

    @Test("a damaged file is read to its end: lines and places go up, every row has its columns", arguments: 0..<40)
    func mutations(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 500)
        var bytes = Array(StandardFile(seed: UInt64(seed), rows: 25).text(.init(delimiter: seed % 2 == 0 ? "," : ";")).utf8)
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let byte = Array("\"';,\t\n\r \\|a0".utf8 + [0, 0xFF, 0xC3]).randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[at] = byte
            case 1: bytes.insert(byte, at: at)
            case 2: bytes.remove(at: at)
            default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
            }
        }
        let read = try Table.read(bytes)
        var (line, offset): (Int64, Int64) = (0, 0)
        for row in read.rows {
            #expect(row.line > line && row.offset >= offset && row.nextOffset > row.offset)
            #expect(row.fields.count >= read.file.tables[row.table].width)
            (line, offset) = (row.line, row.nextOffset)
        }
        #expect(offset <= Int64(bytes.count))
    }

    @Test(
        "kinds of values",
        arguments: [
            (
                CellKind.number,
                ["1", "-1.5", "1,234.50", "1.234,50", "(12)", "12 %", "$5", "€ 5", "EUR 5", "5 kg", "1'000", "1e-3", "+4930123"]
            ),
            (
                .moment,
                [
                    "2024-05-01", "1/5/2024", "1.5.24 10:30", "2024-05-01T10:30:00Z", "10:30", "3 Jan 2024",
                    "Tue, 3. Mai 2024 10:00",
                ]
            ),
            (.formed, ["a@b.example", "https://a.example/x?y=1", "+49 30 123-456", "6f9619ff-8b86-d011-b42d-00c04fc964ff"]),
            (.text, ["name", "Day 1", "P-1000", "A12", "O'Neill", "Main Street 5, Ulm", "n/a", "Kurs (EUR)"]),
            (.odd, ["a;b", "\"x", "12*34", "a,b", "'12.3", "x|y"]), (.empty, ["", "  "]),
        ])
    func kinds(kind: CellKind, texts: [String]) {
        for text in texts {
            let bytes = Array(text.utf8)
            #expect(bytes.withUnsafeBufferPointer { CellKind($0) } == kind, "\(text)")
        }
    }
}
