import CZlib
import Foundation
import RapportCore

/// Reads the lines of a gzip file.
final class GzipReader {
    private let path: String
    private let file: gzFile
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var at = 0
    private var end = 0

    init(path: String) throws {
        self.path = path
        guard let file = gzopen(path, "rb") else {
            throw Problem("backup.unreadable", "the backup \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        self.file = file
    }

    deinit { gzclose(file) }

    /// The next line, or `nil` at the end.
    func line() throws -> [UInt8]? {
        var out: [UInt8] = []
        while true {
            if at == end {
                let count = gzread(file, &buffer, UInt32(buffer.count))
                // A file cut short reads to its cut, then gives an error.
                guard count >= 0 else { throw Self.damaged(path) }
                if count == 0 { return out.isEmpty ? nil : out }
                (at, end) = (0, Int(count))
            }
            if let stop = buffer[at..<end].firstIndex(of: 0x0A) {
                out += buffer[at..<stop]
                at = stop + 1
                return out
            }
            out += buffer[at..<end]
            at = end
        }
    }

    static func damaged(_ path: String) -> Problem {
        Problem("backup.damaged", "the backup \(path) is damaged or not complete", remedy: "Take an earlier one")
    }
}
