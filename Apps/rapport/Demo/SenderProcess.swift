import Foundation
import RapportCore

/// A second `rapport` that does nothing but send, until it is through or killed.
final class SenderProcess: Sendable {
    let pid: Int32
    private let exits: AsyncStream<Int32>
    /// The file by which it says that it holds messages in hand.
    private let mark: String

    /// - Parameter limit: after how many messages it stands still with some in hand; `nil`: never.
    init(home: DemoHome, at moment: Timestamp, holdAfter limit: Int? = nil) throws {
        mark = home.holding
        try? FileManager.default.removeItem(atPath: mark)
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["demo-sender", "--config", home.config, "--at", String(moment.milliseconds)]
        if let limit { process.arguments? += ["--hold-after", String(limit)] }
        let log = home.path + "/sender.log"
        if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let file = FileHandle(forWritingAtPath: log)
        try file?.seekToEnd()
        process.standardOutput = file
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
    func untilItHolds() async throws {
        while isAlive, !FileManager.default.fileExists(atPath: mark) { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// Whether it still runs: a process that has ended is gone or a zombie.
    var isAlive: Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let state = stat.split(separator: ")").last?.trimmingCharacters(in: .whitespaces).first
        else { return false }
        return state != "Z" && state != "X"
    }

    /// As if the plug were pulled: it gets no chance to tidy up.
    func kill() { _ = Foundation.kill(pid, SIGKILL) }

    /// Its exit status, or the signal that ended it.
    func ended() async -> Int32 {
        for await status in exits { return status }
        return -1
    }
}
