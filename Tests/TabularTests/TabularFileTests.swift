import CZlib
import Foundation
import RapportCore
import RapportTabular
import Testing

@Suite("files of rows")
struct TabularFileTests {
    private let file = StandardFile(seed: 9, rows: 60)

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        var input = bytes
        var out = [UInt8](repeating: 0, count: bytes.count + 1_024)
        let count = out.count
        input.withUnsafeMutableBufferPointer { source in
            out.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(count)
                _ = deflate(&stream, Z_FINISH)
            }
        }
        out.removeLast(Int(stream.avail_out))
        deflateEnd(&stream)
        return out
    }

    private static func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    @Test("encodings: UTF-8 and UTF-16 with and without a mark, Windows-1252")
    func encodings() throws {
        let text = file.text()
        #expect(try Table.read([0xEF, 0xBB, 0xBF] + Array(text.utf8)).table == file.table)
        for bigEndian in [true, false] {
            for mark in [true, false] {
                let bytes = Self.utf16(text + "🙂", bigEndian: bigEndian, mark: mark)
                let read = try Table.read(Self.utf16(text, bigEndian: bigEndian, mark: mark)).table
                #expect(read == file.table, "big endian \(bigEndian), mark \(mark)")
                #expect(try Table.read(bytes).file.remarks.last?.text == "🙂")
            }
        }
        let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let read = try Table.read(latin)
        #expect(read.table == file.table)
        #expect(read.file.layout.encoding == .windows1252)
        #expect(try Table.read(Array("name,price\nA,".utf8) + [0x80] + Array("5\n".utf8)).table.rows == [["A", "€5"]])
    }

    @Test("a byte of another encoding spoils its field only, and is noted")
    func foreignBytes() throws {
        var bytes = Array(file.text().utf8)
        bytes += Array("2018-01-01,10:10,1,P-1,1.5,x,caf".utf8) + [0xE9] + Array(",https://a.example/1,été\n".utf8)
        let read = try Table.read(bytes)
        #expect(read.table.rows.last?[6] == "café")
        #expect(read.table.rows.last?[8] == "été")
        #expect(read.rows.last?.notes == [.foreignBytes])
    }

    @Test("gzip is read by its magic number, in several members and with padding behind")
    func gzip() throws {
        let text = Array(file.text().utf8)
        let half = text.count / 2
        let packed = Self.gzip(Array(text[..<half])) + Self.gzip(Array(text[half...]))
        #expect(try Table.read(packed).table == file.table)
        #expect(try Table.read(packed + [0, 0, 0, 0]).table == file.table)
        #expect(throws: TabularError.self) { try Table.read(Array(packed.dropLast(20))) }
    }

    @Test("a missing file and a folder are refused with the reason")
    func unreadable() {
        #expect(throws: TabularError.self) { try TabularFile.open("/nowhere/at/all.csv") }
        #expect(throws: TabularError.unreadable(path: "/tmp", reason: "it is a folder")) { try TabularFile.open("/tmp") }
    }

    @Test("records are the same however the bytes are cut into chunks")
    func chunks() {
        let text = Array(("a,b\r\n" + "\"x \"\"y\"\" z\",\"1\r\n2\"\r\n" + " \"q\" , plain\rlast,\"open\n").utf8)
        func read(_ size: Int) -> [String] {
            let reader = DelimitedReader(TableDialect())
            var out: [String] = []
            func take(_ row: borrowing DelimitedRow) {
                var fields: [String] = []
                for index in 0..<row.count { fields.append(String(decoding: row[index], as: UTF8.self)) }
                out.append("\(row.line)@\(row.offset): " + fields.joined(separator: "|"))
            }
            text.withUnsafeBufferPointer { bytes in
                for start in stride(from: 0, to: bytes.count, by: size) {
                    reader.feed(UnsafeBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)]), take)
                }
            }
            reader.finish(take)
            return out
        }
        let whole = read(1_000)
        #expect(whole.count == 4)
        #expect(whole[1].hasPrefix("2@5: x \"y\" z|1\r\n2"))
        #expect(whole[3].hasSuffix("last|open"))
        for size in 1...12 { #expect(read(size) == whole, "chunks of \(size)") }
    }

    @Test("reading goes on after any row, in plain, packed and UTF-16 files alike")
    func resume() throws {
        let text = "Title\n\n" + file.text(.init(newline: "\r\n")) + "\r\nSource: the till\r\n"
        for (name, bytes) in [
            ("plain", [0xEF, 0xBB, 0xBF] + Array(text.utf8)), ("gzip", Self.gzip(Array(text.utf8))),
            ("utf16", Self.utf16(text, bigEndian: false, mark: true)),
        ] {
            let path = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(bytes).write(to: URL(filePath: path))
            let all = try rows(TabularFile.open(path))
            #expect(all.map(\.fields) == file.rows)
            for index in stride(from: 0, to: all.count - 1, by: 7) {
                let position = TabularFile.Position(offset: all[index].nextOffset, line: all[index + 1].line)
                #expect(try rows(TabularFile.open(path, after: position)) == Array(all[(index + 1)...]), "\(name), row \(index)")
            }
        }
    }

    private func rows(_ file: TabularFile) throws -> [TabularRow] {
        var out: [TabularRow] = []
        while let more = try file.next() { out += more }
        return out
    }

    @Test("a field of three megabytes, and a quote that never closes in a large file")
    func long() throws {
        let field = String(repeating: "long \"\"words\"\", ", count: 200_000)
        let read = try Table.read("id,text,x\n1,\"\(field)\",a\n2,b,c\n")
        #expect(read.rows.map(\.count) == [3, 3])
        #expect(read.rows[0][1].utf8.count == 14 * 200_000)
        let body = (0..<20_000).map { "\($0),text \($0),z" }
        var broken = body
        broken[10] = "10,\"text 10,z"
        let repaired = try Table.read("id,text,x\n" + broken.joined(separator: "\n") + "\n")
        #expect(repaired.rows.map { $0.joined(separator: ",") } == body)
    }

    @Test("empty lines, zero bytes and one column")
    func oddities() throws {
        #expect(try Table.read("a,b\n\n1,2\n\n\n3,4\n").rows == [["1", "2"], ["3", "4"]])
        #expect(try Table.read("a,b\n1,x\u{0}y\n").rows == [["1", "x\u{0}y"]])
        #expect(try Table.read("email\na@b.example\n\nc@d.example\n\n").rows == [["a@b.example"], [""], ["c@d.example"]])
        #expect(try Table.read("name\nAnn Lee\nBo Li\nCy Dee\n").rows == [["Ann Lee"], ["Bo Li"], ["Cy Dee"]])
        #expect(try Table.read("when\n10:20\n11:30\n12:40\n").rows == [["10:20"], ["11:30"], ["12:40"]])
        #expect(try Table.read("x  y   z\n1  22  3\n44 5   6\n").rows == [["1", "22", "3"], ["44", "5", "6"]])
        #expect(try Table.read("x y\n1 2\n3 4\n").rows == [["1", "2"], ["3", "4"]])
        #expect(try Table.read("a, b, c\n1, \"x, y\", 3\n").rows == [["1", "x, y", "3"]])
        #expect(try Table.read("Name;Preis\nÖl;1,50\nBrot;2,30\n").rows == [["Öl", "1,50"], ["Brot", "2,30"]])
    }

    @Test("whatever bytes come, reading ends and every line is accounted for")
    func anything() throws {
        var random = SplitMix64(seed: 77)
        let alphabet = Array("a1,;\"'\t|\n\r \\#:é".utf8) + [0, 0xFF, 0xC3]
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let read = try Table.read(bytes)
            for row in read.rows { #expect(row.fields.count >= read.file.tables[row.table].width) }
        }
    }
}
