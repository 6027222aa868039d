import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// The bytes of a database on the disk, and of everything else in a house's folder.
enum DatabaseFiles {
    /// What whoever runs the database does now and then: SQLite's VACUUM, PostgreSQL's VACUUM FULL, and a checkpoint.
    static func vacuum(_ database: any Database, _ kind: DatabaseKind, at url: DatabaseURL) async throws {
        let (tool, arguments): (String, [String])
        switch url {
        case .sqlite(let path):
            (tool, arguments) = ("sqlite3", [path, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"])
        case .postgres(let address):
            (tool, arguments) = ("psql", [address, "-q", "-c", "VACUUM (FULL, ANALYZE)", "-c", "CHECKPOINT"])
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(tool) \(arguments)")
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
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "psql", address, "-Atqc",
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let folder = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        process.waitUntilExit()
        let files = try all(in: folder)
        #expect(files.count > 50, "\(folder)")
        return files
    }
}
