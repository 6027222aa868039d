import Foundation
import RapportCore
import RapportTabular
import Testing

/// Records as bytes against rows as texts: where the quick way answers at all, both say the same.
@Suite("Regular files")
struct RegularReadingTests {
    private struct Read: Equatable {
        var lines: [Int64] = []
        var fields: [[String]] = []
    }

    /// Both ways; `quick` is `nil` where some record is not as the header says.
    private func both(_ bytes: [UInt8]) throws -> (quick: Read?, rows: Read, isPlain: Bool) {
        let path = FileManager.default.temporaryDirectory.appending(path: "regular-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try TabularFile.open(path)
        var (quick, rows, isPlain) = (Read(), Read(), true)
        var told = 0
        let isRegular = try file.readRegular(progress: { told = $0 }) { row in
            quick.lines.append(row.line)
            quick.fields.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) })
        }
        if isRegular { #expect(told == quick.lines.count) }
        while let batch = try file.next() {
            for row in batch {
                rows.lines.append(row.line)
                rows.fields.append(row.fields)
                isPlain = isPlain && row.table == 0 && row.notes.isEmpty
            }
        }
        return (isRegular ? quick : nil, rows, isPlain)
    }

    @Test("what the quick way hands over is what the rows are", arguments: 0..<400)
    func property(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value { values[Int(chance.next() % UInt64(values.count))] }
        let (delimiter, newline, width) = (pick([",", ";", "\t", "|"]), pick(["\n", "\r\n"]), 2 + Int(chance.next() % 4))
        let isOdd = chance.next() % 2 == 0
        var text = chance.next() % 4 == 0 ? "\u{FEFF}" : ""
        if chance.next() % 4 != 0 {
            text += (0..<width).map { pick(["name", "city", "total", "day"]) + "\($0)" }.joined(separator: delimiter) + newline
        }
        for _ in 0..<(3 + chance.next() % 40) {
            var cells = (0..<width).map { column in
                switch chance.next() % 8 {
                case 0: ""
                case 1: "\"a\(delimiter) \"\"b\"\"\""
                case 2: "Zoë Müller"
                case 3: " padded "
                case 4: "2025-0\(1 + chance.next() % 9)-1\(chance.next() % 10)"
                default: column % 2 == 0 ? "\(chance.next() % 1_000)" : pick(["tea", "mug", "pot"])
                }
            }
            if isOdd {
                switch chance.next() % 20 {
                case 0: cells.removeLast()
                case 1: cells.append("more")
                case 2: cells[0] = "\"open"
                case 3: cells = ["# a remark"]
                case 4: cells = [""]
                case 5: for index in cells.indices.dropFirst() { cells[index] = "" }
                default: break
                }
            }
            text += cells.joined(separator: delimiter) + newline
        }
        var bytes = Array(text.utf8)
        // Bytes of another encoding.
        if isOdd, chance.next() % 5 == 0, let at = bytes.lastIndex(of: UInt8(ascii: "t")) { bytes[at] = 0xE9 }
        let (quick, rows, isPlain) = try both(bytes)
        guard let quick else { return }
        #expect(quick == rows, "\(text)")
        #expect(isPlain, "\(text)")
    }

    @Test("plain files are read the quick way: with a header, without, aligned with spaces, with a byte order mark")
    func quick() throws {
        for text in [
            "id,name\n1,Ann\n2,Bo\n3,Cy\n", "1,2025-01-01,5\n2,2025-01-02,6\n3,2025-01-03,7\n",
            " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n",
            "\u{FEFF}id;name\r\n1;Zoë\r\n2;Bo\r\n",
        ] {
            let (quick, rows, _) = try both(Array(text.utf8))
            #expect(quick == rows, "\(text)")
        }
    }

    @Test(
        "what must be looked at more closely is left to the rows",
        arguments: [
            "id,name,city\n1,Ann,Rome\n2,Bo\n3,Cy,Oslo\n", "id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n\n3,Cy,Oslo\n",
            "id,name,city\n1,Ann,Rome\nid,name,city\n2,Bo,Oslo\n", "one\ntwo\nthree\n",
        ])
    func closely(text: String) throws {
        #expect(try both(Array(text.utf8)).quick == nil)
    }
}
