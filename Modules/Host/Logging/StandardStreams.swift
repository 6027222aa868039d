import Foundation
import RapportCore

/// What a process does with the streams it was started with.
public enum StandardStreams {
    /// Writes to standard error; where that cannot be written to, nobody can be told.
    public static func tell(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// - Throws: `Problem` `output.unwritable` where the disk is full, for one.
    public static func write(_ bytes: some Sequence<UInt8>) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            throw unwritable(String(cString: strerror(errno)))
        }
    }

    /// Writes what is left of what was printed.
    ///
    /// - Throws: `Problem` `output.unwritable` where not all of it could be.
    public static func finish() throws {
        guard fflush(nil) != 0 else { return }
        throw unwritable(String(cString: strerror(errno)))
    }

    private static func unwritable(_ reason: String) -> Problem {
        Problem(
            "output.unwritable", "not all of the answer could be written: \(reason)", remedy: "Make room, or write it elsewhere")
    }
}
