import Foundation
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test("every relative link of every page leads somewhere")
    func links() throws {
        let pages =
            try ["README.md", "CONTRIBUTING.md"]
            + ["docs", "config", "Plugins"].flatMap { top in
                try FileManager.default.subpathsOfDirectory(atPath: Repository.path(top)).map { "\(top)/\($0)" }
            }.filter { $0.hasSuffix(".md") }
        #expect(pages.count > 15)
        for page in pages {
            let text = try String(contentsOfFile: Repository.path(page), encoding: .utf8)
            let folder = URL(filePath: Repository.path(page)).deletingLastPathComponent()
            for match in text.matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) where !match.1.contains("://") {
                let target = folder.appending(path: String(match.1)).standardizedFileURL.path(percentEncoded: false)
                #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(match.1)")
            }
        }
    }
}
