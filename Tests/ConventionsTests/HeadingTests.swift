import Foundation
import RapportCore
import Testing

@Suite("Headings of tables")
struct HeadingTests {
    @Test("each column of a table on the command line has its heading in the locale file")
    func headings() throws {
        let sources = try Repository.shippedSwiftFiles().filter { $0.hasPrefix("Apps/rapport/") }
        var found = 0
        for path in sources {
            let text = try String(contentsOfFile: Repository.path(path), encoding: .utf8)
            for match in text.matches(of: #/\.table\(\s*\[([^\]]*)\]/#) {
                for name in match.1.matches(of: #/"([^"]*)"/#).map({ String($0.1) }) where !name.isEmpty {
                    found += 1
                    #expect(Texts.english.has("cli.heading.\(name)"), "\(path): \(name)")
                }
            }
        }
        #expect(found > 40)
    }
}
