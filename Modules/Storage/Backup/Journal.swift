import Foundation
import RapportCore

/// The file outside the database that remembers opt-outs, objections and erasures, a JSON line each, so that restoring an
/// older backup forgets none of them. Lines are only added; several processes may write.
public struct Journal: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Beside an SQLite database (`rapport.db` → `rapport.journal.jsonl`), else in the working folder.
    public init(beside url: DatabaseURL) {
        switch url {
        case .sqlite(let path): self.path = (path.hasSuffix(".db") ? String(path.dropLast(3)) : path) + ".journal.jsonl"
        case .postgres: path = "rapport.journal.jsonl"
        }
    }

    /// Adds entries, which are on the disk when this returns.
    public func append(_ entries: [JournalEntry]) async throws {
        try await onThread(named: "rapport.journal") { try appendWaiting(entries) }
    }

    /// The same, keeping the caller's thread waiting for the disk: for the body of a `write`, before its commit. An entry
    /// whose transaction is then rolled back does no harm: the wish was made.
    public func appendWaiting(_ entries: [JournalEntry]) throws {
        guard !entries.isEmpty else { return }
        let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem() }
        defer { close(file) }
        var bytes: [UInt8] = []
        // A crash may have left a line without its end.
        if lseek(file, 0, SEEK_END) > 0 {
            var last: UInt8 = 0
            if pread(file, &last, 1, lseek(file, 0, SEEK_END) - 1) == 1, last != 0x0A { bytes.append(0x0A) }
        }
        for entry in entries {
            entry.json.write(to: &bytes)
            bytes.append(0x0A)
        }
        // One write: with O_APPEND lines of several processes do not mix.
        guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else { throw problem() }
    }

    /// All entries, oldest first, and the numbers of lines that a crash left unfinished.
    public func entries() async throws -> (entries: [JournalEntry], unreadable: [Int]) {
        try await onThread(named: "rapport.journal") {
            guard FileManager.default.fileExists(atPath: path) else { return ([], []) }
            guard let data = FileManager.default.contents(atPath: path) else { throw problem() }
            var entries: [JournalEntry] = []
            var unreadable: [Int] = []
            for (index, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
                if let entry = (try? JSONValue(parsing: [UInt8](line))).flatMap({ JournalEntry($0) }) {
                    entries.append(entry)
                } else {
                    unreadable.append(index + 1)
                }
            }
            return (entries, unreadable)
        }
    }

    private func problem() -> Problem {
        Problem(
            "journal.unwritable", "the journal \(path) cannot be read or written: \(String(cString: strerror(errno)))",
            remedy: "Opt-outs are refused until it can be: check the folder, its owner and the space on the disk")
    }
}
