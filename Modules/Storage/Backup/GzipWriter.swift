import CZlib
import Foundation
import RapportCore

/// Writes a gzip file (RFC 1952) that appears under its name only once it is whole and on the disk.
final class GzipWriter {
    private let path: String
    private let partial: String
    /// Locked until the file has its name: two at once would write into each other.
    private let descriptor: Int32
    private var file: gzFile?
    private var buffer: [UInt8] = []

    init(path: String) throws {
        self.path = path
        partial = path + ".part"
        descriptor = try Self.claim(partial, for: path)
        file = gzdopen(dup(descriptor), "wb1")
        guard file != nil else {
            defer { close(descriptor) }
            throw Self.problem(path, String(cString: strerror(errno)))
        }
    }

    deinit {
        if let file {
            gzclose(file)
            unlink(partial)
        }
        close(descriptor)
    }

    /// The unfinished file, empty and locked.
    private static func claim(_ partial: String, for path: String) throws -> Int32 {
        while true {
            let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw problem(path, String(cString: strerror(errno))) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw Problem(
                    "backup.not_written", "another backup is being written to \(path)", remedy: "Let it end, or name another file"
                )
            }
            // Whoever had it before may have given it its name since it was opened.
            var (mine, named) = (stat(), stat())
            if fstat(descriptor, &mine) == 0, stat(partial, &named) == 0, mine.st_ino == named.st_ino,
                ftruncate(descriptor, 0) == 0
            {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// Appends a line; `body` writes it without its end.
    func line(_ body: (inout [UInt8]) throws -> Void) throws {
        try body(&buffer)
        buffer.append(0x0A)
        if buffer.count >= 1 << 20 { try flush() }
    }

    /// Returns the size of the file in bytes.
    func finish() throws -> Int64 {
        try flush()
        let code = gzclose(file)
        file = nil
        guard code == Z_OK else { throw failure() }
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else { throw failure() }
        let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        return Int64(lseek(descriptor, 0, SEEK_END))
    }

    private func flush() throws {
        guard !buffer.isEmpty else { return }
        guard gzwrite(file, buffer, UInt32(buffer.count)) == Int32(buffer.count) else { throw failure() }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure() -> Problem {
        let reason = String(cString: strerror(errno))
        unlink(partial)
        return Self.problem(path, reason)
    }

    private static func problem(_ path: String, _ reason: String) -> Problem {
        Problem(
            "backup.not_written", "the backup \(path) cannot be written: \(reason)", remedy: "Name a file in a folder with space")
    }
}
