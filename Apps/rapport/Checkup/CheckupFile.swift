import Foundation
import RapportCheckup
import RapportCore
import RapportTabular

/// The CSV file of `rapport checkup --out`: a row a finding, in the order of the list.
final class CheckupFile {
    private let path: String
    private let files: [String]
    private let handle: FileHandle
    private var text: String

    /// - Throws: `Problem` `checkup.unwritable`.
    init(_ path: String, files: [String]) throws {
        self.path = path
        self.files = files
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
            throw Self.unwritable(path, String(cString: strerror(errno)))
        }
        self.handle = handle
        text = CSVText.line((files.count > 1 ? ["file"] : []) + ["line", "column", "value", "problem", "suggestion"])
    }

    func take(_ found: FoundValue) throws {
        text += CSVText.line(
            (files.count > 1 ? [files[found.file]] : []) + [
                String(found.line), found.column, found.value, found.finding.rawValue, found.suggestion ?? "",
            ])
        if text.utf8.count > 1 << 18 { try flush() }
    }

    func finish() throws {
        try flush()
        try handle.close()
    }

    private func flush() throws {
        do { try handle.write(contentsOf: Data(text.utf8)) } catch { throw Self.unwritable(path, error.localizedDescription) }
        text = ""
    }

    static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(filePath: path)) } catch { throw unwritable(path, error.localizedDescription) }
    }

    private static func unwritable(_ path: String, _ reason: String) -> Problem {
        Problem("checkup.unwritable", "it cannot be written: \(reason)", at: Problem.Place(file: path))
    }
}
