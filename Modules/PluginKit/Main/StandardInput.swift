import Foundation

/// The host's side of the line, read on a thread of its own: reading blocks, and none of Swift's own threads may.
enum StandardInput {
    static func lines() -> AsyncStream<String> {
        let (lines, read) = AsyncStream<String>.makeStream()
        let thread = Thread {
            while let line = readLine() { read.yield(line) }
            read.finish()
        }
        thread.name = "host"
        thread.start()
        return lines
    }
}
