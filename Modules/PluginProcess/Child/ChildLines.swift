import Foundation
import RapportCore
import Synchronization

/// Runs a program to its end and hands over the lines of its standard output one by one, holding the program back while they
/// are being used.
public struct ChildLines: Sendable {
    /// Lines that may wait before the program is held back.
    private static let most = 512

    private let command: ChildCommand
    private let silence: Duration
    private let log: @Sendable (String) -> Void

    /// - Parameters:
    ///   - silence: how long it may write nothing while nobody holds it back.
    ///   - log: takes each line of standard error, on the child's thread.
    public init(_ command: ChildCommand, silence: Duration, log: @escaping @Sendable (String) -> Void) {
        self.command = command
        self.silence = silence
        self.log = log
    }

    /// - Returns: how it ended by itself.
    /// - Throws: what `use` throws, `CancellationError`, or `Problem` `child.silent` or `child.line`; the program and its group
    ///   are ended then.
    public func run(_ use: ([UInt8]) async throws -> Void) async throws -> ChildEnding {
        let (lines, heard) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let waiting = Mutex(0)
        let ending = Mutex<ChildEnding?>(nil)
        let rest = Mutex<[UInt8]?>(nil)
        let child = try ChildProcess.start(command) { [log] output in
            switch output {
            case .line(let bytes):
                waiting.withLock { $0 += 1 }
                heard.yield(bytes)
            case .lineTooLong: heard.finish(throwing: Problem("child.line", "it wrote a line that is too long"))
            case .halfLine(let bytes): rest.withLock { $0 = bytes }
            case .log(let text): log(text)
            case .ended(let how):
                ending.withLock { $0 = how }
                let rest = rest.withLock { $0 }
                // Many end their last line with their output: `json.dump(catalog, sys.stdout)`.
                if let rest, how == .code(0) {
                    waiting.withLock { $0 += 1 }
                    heard.yield(rest)
                }
                let isCut = rest != nil && how != .code(0)
                heard.finish(throwing: isCut ? Problem("child.line", "it stopped in the middle of a line") : nil)
            }
        }
        // Nothing is said to it.
        child.closeInput()
        defer { child.signal(SIGKILL) }
        let watch = Watch(silence)
        let watching = Task { [silence] in
            guard await watch.expires() else { return }
            heard.finish(throwing: Problem("child.silent", "it wrote nothing for \(silence.words)"))
        }
        defer { watching.cancel() }
        var isPaused = false
        watch.begin()
        for try await line in lines {
            watch.end()
            let left = waiting.withLock { count in
                count -= 1
                return count
            }
            if !isPaused, left > Self.most {
                isPaused = true
                child.pause(true)
            } else if isPaused, left < Self.most / 4 {
                isPaused = false
                child.pause(false)
            }
            try await use(line)
            watch.begin()
        }
        try Task.checkCancellation()
        return ending.withLock { $0 } ?? .code(0)
    }
}
