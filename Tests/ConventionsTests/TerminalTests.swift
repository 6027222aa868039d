import Foundation
import Testing

@Suite("What a terminal is told")
struct TerminalTests {
    @Test("an error that repeats what stands in a file gives the terminal no commands")
    func headings() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "steering-\(UUID().uuidString).csv")
        try Data("a\u{1B}[2Jgone,b\u{7}\n1,2\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await Golden.rapport(["clv", "fit", file.path(), "--customer", "customer", "--date", "b"])
        #expect(result.code == 1)
        #expect(result.text.contains("a\u{FFFD}[2Jgone, b\u{FFFD}"), "\(result.text)")
        #expect(!result.text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }
}
