import Foundation
import RapportCore

/// A second `rapport` that does nothing but send, until it is through or killed.
final class SenderProcess: Sendable {
    let pid: Int32
    private let exits: AsyncStream<Int32>
    /// A value when it says that it holds messages in hand; ends when it ends.
    private let holds: AsyncStream<Void>

    /// - Parameter limit: after how many messages it stands still with some in hand; `nil`: never.
    init(home: DemoHome, at moment: Timestamp, holdAfter limit: Int? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["demo-sender", "--config", home.config, "--at", String(moment.milliseconds)]
        if let limit { process.arguments? += ["--hold-after", String(limit)] }
        let log = home.path + "/sender.log"
        if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let file = FileHandle(forWritingAtPath: log)
        try file?.seekToEnd()
        let said = Pipe()
        let (saying, tell) = AsyncStream<Void>.makeStream()
        holds = saying
        said.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                tell.finish()
            } else {
                if String(decoding: data, as: UTF8.self).contains(holdingMark) { tell.yield() }
            }
        }
        process.standardOutput = said
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        exits = stream
        process.terminationHandler = { ended in
            continuation.yield(ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        pid = process.processIdentifier
    }

    /// Waits until it has messages in hand, or has ended without.
    func untilItHolds() async {
        for await _ in holds { return }
    }

    /// As if the plug were pulled: it gets no chance to tidy up.
    func kill() { _ = Foundation.kill(pid, SIGKILL) }

    /// Its exit status, or the signal that ended it.
    func ended() async -> Int32 {
        for await status in exits { return status }
        return -1
    }
}
