import Foundation
import RapportTestKit
import Testing

/// rapport-server as a process, with the unmodified Segment library and plain HTTP against it.
@Suite("The server as a process", .serialized)
struct ServerTests {
    @Test("tracking, lookups, pages, health and an orderly end")
    func serves() async throws {
        let python = Program.root.appending(path: ".venv-judges/bin/python3").path()
        guard FileManager.default.isExecutableFile(atPath: python) else {
            print("skipped: the Segment library is not installed: run scripts/judges")
            return
        }
        let (code, text) = try await Program.run(
            python, [Program.root.appending(path: "Tests/Judge/tracking.py").path(), "--bin", Program.folder])
        #expect(code == 0, "\(text)")
    }
}

/// What people reach from a message, in a real server.
@Suite("Public pages", .serialized)
struct PublicPageTests {
    @Test("looking changes nothing, a form saves what it says, one click ends a topic")
    func pages() async throws {
        let (code, text) = try await Program.run(
            "/usr/bin/env",
            ["python3", Program.root.appending(path: "Tests/Judge/public.py").path(), "--bin", Program.folder])
        #expect(code == 0, "\(text)")
    }
}

/// Every address by every method, and bodies as clients pack them.
@Suite("The rules of HTTP", .serialized)
struct HTTPRulesTests {
    @Test("HEAD has no body, wrong methods are 405 with Allow, gzip has members, who is nobody is refused by name")
    func rules() async throws {
        let (code, text) = try await Program.run(
            "/usr/bin/env",
            ["python3", Program.root.appending(path: "Tests/Judge/http_rules.py").path(), "--bin", Program.folder])
        #expect(code == 0, "\(text)")
    }
}

/// A person's rights over HTTP, in a real server.
@Suite("Rights over HTTP", .serialized)
struct RightsAPITests {
    @Test("who may ask, for whom, for what, and what comes of it", arguments: DatabaseKind.available)
    func rights(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let (code, text) = try await Program.run(
                "/usr/bin/env",
                [
                    "python3", Program.root.appending(path: "Tests/Judge/rights.py").path(), "--bin", Program.folder,
                    "--database",
                    url,
                ])
            #expect(code == 0, "\(text)")
        }
    }
}
