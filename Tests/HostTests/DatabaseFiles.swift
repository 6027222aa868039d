import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// The bytes of a database on the disk, and of everything else in a house's folder.
enum DatabaseFiles {
    /// What whoever runs the database does now and then: SQLite's VACUUM, PostgreSQL's VACUUM FULL, and a checkpoint.
    static func vacuum(_ database: any Database, _ kind: DatabaseKind, at url: DatabaseURL) async throws {
        switch url {
        case .sqlite(let path): try run("sqlite3", path, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        case .postgres(let address):
            var isDone = false
            for _ in 0..<100 where !isDone {
                isDone = try vacuumFully(address)
                if !isDone { try await Task.sleep(for: .milliseconds(200)) }
            }
            #expect(isDone, "somebody kept looking at the database")
            try run("psql", address, "-q", "-c", "CHECKPOINT")
        }
    }

    /// - Returns: whether nothing had to stay of what was deleted. PostgreSQL keeps what others may still see who looked before, its own
    ///   autovacuum among them.
    private static func vacuumFully(_ address: String) throws -> Bool {
        let told = try run(
            accepting: [0], "bash",
            arguments: ["-c", "exec psql \"$0\" -q -c 'VACUUM (FULL, ANALYZE, VERBOSE)' 2>&1", address])
        var isOwn = false
        for line in told.split(separator: "\n") {
            // Statistics remember frequent values. Some other catalogs are shared with databases whose readers keep rows of them.
            if line.contains(": found ") { isOwn = line.contains("\"public.") || line.contains(".pg_statistic") }
            if isOwn, line.firstMatch(of: #/[1-9][0-9]* dead row versions cannot be removed/#) != nil { return false }
        }
        return true
    }

    /// What the guide tells whoever runs a PostgreSQL server to do after that.
    static func scrubLog(of address: String) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/scrub-wal")
        try run(script.standardizedFileURL.path(), address)
    }

    /// Which of a server's write-ahead log's files hold any of the values, in any case.
    static func searchLog(_ values: [String], of address: String) throws -> [String] {
        let folder = try run("psql", address, "-Atqc", "SELECT current_setting('data_directory') || '/pg_wal'")
        let forms = Set(values + values.map { $0.replacing("@", with: "%40") }).sorted()
        let patterns = forms.flatMap { ["-e", $0] }
        let found = try run(accepting: [0, 1, 2], "grep", arguments: ["-rliaF"] + patterns + [folder])
        return found.split(separator: "\n").map(String.init)
    }

    /// Has the server write a text to its log.
    static func note(_ text: String, in address: String) throws {
        for statement in ["CREATE TABLE probes (said TEXT)", "INSERT INTO probes VALUES ('\(text)')", "DROP TABLE probes"] {
            try run("psql", address, "-Atqc", statement)
        }
    }

    @discardableResult
    private static func run(_ tool: String, _ arguments: String...) throws -> String {
        try run(accepting: [0], tool, arguments: arguments)
    }

    /// - Parameter accepting: the codes with which it may end; `grep` has some for nothing found, and for a file that went meanwhile.
    private static func run(accepting codes: Set<Int32>, _ tool: String, arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["LC_ALL=C", tool] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(codes.contains(process.terminationStatus), "\(tool) \(arguments): \(text)")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Which values stand in which files, in any case, in UTF-8 or UTF-16.
    static func search(_ values: [String], in folder: String?, and url: DatabaseURL, except: [String]) throws -> [String] {
        var files: [String] = []
        if let folder { files += try all(in: folder) }
        switch url {
        case .sqlite(let path): files += ["", "-wal", "-shm"].map { path + $0 }
        case .postgres(let address): files += try relations(address)
        }
        var found: [String] = []
        for file in files where !except.contains(where: file.hasSuffix) {
            guard let data = FileManager.default.contents(atPath: file) else { continue }
            let bytes = Data(data.map { (65...90).contains($0) ? $0 | 32 : $0 })
            for value in values {
                let low = value.lowercased()
                let forms = [
                    Data(low.utf8), low.data(using: .utf16LittleEndian) ?? Data(), Data(low.replacing("@", with: "%40").utf8),
                ]
                if forms.contains(where: { !$0.isEmpty && bytes.range(of: $0) != nil }) { found.append("\(file): \(value)") }
            }
        }
        return found
    }

    private static func all(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    /// The files of a PostgreSQL database: its folder under base, read as whoever may.
    private static func relations(_ address: String) throws -> [String] {
        let folder = try run(
            "psql", address, "-Atqc",
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()")
        let files = try all(in: folder)
        #expect(files.count > 50, "\(folder)")
        return files
    }
}
