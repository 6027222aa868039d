import Foundation
import RapportTabular
import Testing

/// Files that somebody is still writing.
@Suite("Growing files")
struct GrowingFileTests {
    private func with<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "growing-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    private func limit(_ bytes: [UInt8], settle: Int64 = 60_000, later: Int64 = 0) throws -> Int64? {
        try with(bytes) { try GrowingFile.wholeLines(of: $0, settle: settle, now: now + later) }
    }

    @Test(
        "lines that are whole are read, whatever ends them",
        arguments: [
            ("", 0), ("id,na", 0), ("id,name\n", 8), ("id,name\n1,An", 8), ("id,name\r\n1,An", 9), ("id,name\r1,An", 8),
            ("a,b\nx\ry", 4),
        ])
    func lines(text: String, expected: Int64) throws {
        #expect(try limit(Array(text.utf8)) == expected)
    }

    @Test("the last line end is found far from the end, and among pairs of bytes")
    func far() throws {
        let text = "id,name\n" + String(repeating: "x", count: 300_000)
        #expect(try limit(Array(text.utf8)) == 8)
        let wide = Array("id,name\n1,Änn".utf16)
        #expect(try limit([0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == 18)
        #expect(try limit([0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == 18)
        // U+0A41 in the last line holds the byte of a line feed.
        let tricky = Array("ab\n\u{0A41}".utf16)
        #expect(try limit([0xFF, 0xFE] + tricky.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == 8)
    }

    @Test("a file that has stood, one whose clock is wrong, and a packed one are read as they are")
    func settled() throws {
        let half = Array("id,name\n1,An".utf8)
        #expect(try limit(half, later: 61_000) == nil)
        #expect(try limit(half, later: -3_600_000) == nil)
        #expect(try limit(half, settle: 0) == nil)
        #expect(try limit([0x1F, 0x8B, 0x08, 0x0A, 0x41]) == nil)
    }

    @Test("a record whose quotes are still open waits with its first lines")
    func openQuotes() throws {
        let text = "id,name,note\n1,Ann,\"a\nb\"\n2,Bo,\"half\na no"
        try with(Array(text.utf8)) { path in
            let limit = try #require(try GrowingFile.wholeLines(of: path, settle: 60_000, now: now))
            let file = try TabularFile.open(path, upTo: limit)
            var rows: [[String]] = []
            while let more = try file.next() { rows += more.map(\.fields) }
            #expect(rows == [["1", "Ann", "a\nb"]])
        }
    }
}
