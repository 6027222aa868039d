import CMemory
import Foundation

/// What a process that rests need not keep.
enum ProcessMemory {
    /// Gives back what the allocator keeps, and the pages of code that were run: most of it served the start alone. What is run
    /// again is mapped again from the system's cache.
    static func giveBack() {
        malloc_trim(0)
        guard let maps = FileManager.default.contents(atPath: "/proc/self/maps") else { return }
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            // `5581a000-5582b000 r-xp 00001000 fe:00 1234  /usr/bin/program`: code of a file, which nobody changes in memory.
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 6, words[1] == "r-xp", words[5].hasPrefix("/") else { continue }
            let ends = words[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: ends[0]), Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
