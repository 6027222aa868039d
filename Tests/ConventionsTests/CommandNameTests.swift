import Foundation
import Testing

/// ArgumentParser makes a missing name from the type's, which costs every start a fifth of its time.
@Suite("Names of commands")
struct CommandNameTests {
    @Test("every command states its name")
    func stated() throws {
        var looked = 0
        for path in try Repository.shippedSwiftFiles() where path.hasPrefix("Apps/") {
            let text = try String(contentsOfFile: Repository.path(path), encoding: .utf8)
            for match in text.matches(of: /CommandConfiguration\(\s*(\w+):/) {
                looked += 1
                #expect(match.output.1 == "commandName", "\(path): a command begins with \(match.output.1)")
            }
        }
        #expect(looked > 100)
    }
}
