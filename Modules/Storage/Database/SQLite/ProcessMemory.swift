import CMemory
import Foundation

/// What a process that rests need not keep.
enum ProcessMemory {
    /// Gives back what the allocator keeps, and pages of files that were looked at: code and constants, most of which served the
    /// start alone, and what is mapped of the database. What is used again is mapped again from the system's cache.
    static func giveBack() {
        malloc_trim(0)
        // A file there has no length, and `FileManager` would read its first page alone.
        guard let maps = try? FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd() else { return }
        for (start, length) in clean(String(decoding: maps, as: UTF8.self)) {
            madvise(UnsafeMutableRawPointer(bitPattern: start), length, MADV_DONTNEED)
        }
    }

    /// The mappings of files that nobody can write to through them and of which no page was changed in memory: they hold what the
    /// files hold. What the linker relocated and then protected has changed pages.
    ///
    /// - Parameter maps: as `/proc/PID/smaps` has it (https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html).
    static func clean(_ maps: String) -> [(start: UInt, length: Int)] {
        var found: [(start: UInt, length: Int)] = []
        var current: (start: UInt, length: Int)?
        for line in maps.split(separator: "\n") {
            if let mapping = mapping(line) {
                current = mapping.length > 0 ? (mapping.start, mapping.length) : nil
            } else if line.hasPrefix("Anonymous:"), let known = current {
                if line.split(separator: " ").dropFirst().first == "0" { found.append(known) }
                current = nil
            }
        }
        return found
    }

    /// `5581a000-5582b000 r-xp 00001000 fe:00 1234  /usr/bin/program`. The length is 0 for what is left alone; `nil` for another line.
    private static func mapping(_ line: Substring) -> (start: UInt, length: Int)? {
        let words = line.split(separator: " ")
        guard words.count >= 5, words[1].utf8.count == 4, let dash = words[0].firstIndex(of: "-"),
            let start = UInt(words[0][..<dash], radix: 16), let end = UInt(words[0][words[0].index(after: dash)...], radix: 16),
            start < end
        else { return nil }
        let isFile = words.count >= 6 && words[5].hasPrefix("/")
        let isReadOnly = words[1].hasPrefix("r-") || words[1].hasPrefix("---")
        return (start, isFile && isReadOnly ? Int(end - start) : 0)
    }
}
