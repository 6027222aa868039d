import Foundation
import Testing

@Suite("the SQL subset")
struct SQLSubsetTests {
    /// Where a database is spoken to in its own tongue.
    private static let engines = ["Modules/Storage/Database/", "Modules/Storage/Backup/", "Modules/Analytics/Views/"]

    @Test("every statement in the modules keeps to the subset of docs/decisions/0002-sql-subset.md")
    func modules() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = FileManager.default.enumerator(at: root.appendingPathComponent("Modules"), includingPropertiesForKeys: nil)
        var findings: [String] = []
        var statements = 0
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let path = String(file.path.dropFirst(root.path.count + 1))
            guard !Self.engines.contains(where: { path.hasPrefix($0) }) else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            statements += SwiftLiteralScanner.literals(in: source).count { SQLSubset.isStatement($0.text) }
            findings += SQLSubset.findings(in: source, file: path)
        }
        #expect(statements > 30)
        #expect(findings.isEmpty, "\n\(findings.sorted().joined(separator: "\n"))")
    }

    @Test(
        "what leaves the subset is found",
        arguments: [
            "SELECT id FROM people WHERE name LIKE 'a%'", "SELECT lower(name) FROM people", "SELECT count(*) / 2 FROM people",
            "SELECT id FROM people WHERE date(at) = ''", "SELECT data->>'a' FROM people", "SELECT json_extract(data, '') FROM t",
            "SELECT avg(n1) FROM timeline", "SELECT CAST(value AS BIGINT) FROM t", "SELECT max(a, b) FROM t",
            "SELECT id::text FROM t",
            "INSERT OR IGNORE INTO t (id) VALUES (1)", "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT", "SELECT id FROM t LIMIT 5", "SELECT * FROM t",
            "SELECT id FROM t WHERE a = 1.5", "SELECT id FROM t ORDER BY a NULLS FIRST, id", "SELECT id FROM t FOR UPDATE",
            "UPDATE t SET ok = TRUE", "WITH a AS (SELECT 1) SELECT ifnull(x, 1) FROM a",
        ])
    func found(statement: String) {
        #expect(SQLSubset.findings(in: "let a = 1\ntry db.run(\"\(statement)\")\n", file: "A.swift").isEmpty == false)
    }

    @Test(
        "what is in the subset passes",
        arguments: [
            "SELECT max(a) FROM t WHERE word = 'LIKE a/b 1.5' ORDER BY a, id LIMIT 5",
            "CREATE TABLE t (id IDENTITY, at BIGINT NOT NULL, data BYTES) STRICT",
            "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
            "INSERT INTO t (a) VALUES (\\(a / 2)) ON CONFLICT (a) DO UPDATE SET b = t.b + excluded.b",
            "Select a person / company",
            "UPDATE t SET a = CASE WHEN a > \\(max(x, y)) THEN 1 ELSE 0 END WHERE id IN \\(list: ids)",
        ])
    func passed(statement: String) {
        #expect(SQLSubset.findings(in: "// SELECT lower(x)\ntry db.run(\"\(statement)\")", file: "A.swift").isEmpty)
    }

    @Test("a finding names the file and the line within a long statement")
    func place() {
        let source = """
            func f() {
                try db.run(
                    \"\"\"
                    SELECT id
                    FROM people
                    WHERE lower(name) = \\(name)
                    \"\"\")
            }
            """
        let findings = SQLSubset.findings(in: source, file: "Modules/A.swift")
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("Modules/A.swift:6: lower(") == true)
    }
}
