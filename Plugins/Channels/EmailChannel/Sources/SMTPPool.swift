import Dispatch
import Foundation
import Synchronization

/// A few connections, each on a thread of its own: libcurl blocks, and blocking in Swift's own threads would stall everything.
final class SMTPPool: Sendable {
    enum Job: Sendable {
        case probe
        case send(from: String, to: String, mail: [UInt8])
    }

    private struct Queue {
        var jobs: [(job: Job, done: CheckedContinuation<SMTPOutcome, Never>)] = []
        var threads = 0
        var idle = 0
        var closed = false
    }

    private let server: SMTPServer
    private let connections: Int
    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)

    init(server: SMTPServer, connections: Int) {
        self.server = server
        self.connections = connections
    }

    /// Runs a job on the first connection that is free.
    func run(_ job: Job) async -> SMTPOutcome {
        await withCheckedContinuation { done in
            enum Step { case refuse, start, queued }
            let step = queue.withLock { queue -> Step in
                if queue.closed { return .refuse }
                queue.jobs.append((job, done))
                guard queue.idle < queue.jobs.count, queue.threads < connections else { return .queued }
                queue.threads += 1
                return .start
            }
            switch step {
            case .refuse: done.resume(returning: .failed("the channel is closing"))
            case .start:
                let thread = Thread { self.work() }
                thread.name = "smtp"
                thread.start()
                wake.signal()
            case .queued: wake.signal()
            }
        }
    }

    /// Ends the threads once their jobs are done, and with them the connections.
    func close() async {
        let threads = queue.withLock { queue in
            queue.closed = true
            return queue.threads
        }
        for _ in 0..<threads { wake.signal() }
    }

    private func work() {
        let connection = SMTPConnection(server: server)
        while true {
            queue.withLock { $0.idle += 1 }
            wake.wait()
            let next = queue.withLock { queue -> (job: Job, done: CheckedContinuation<SMTPOutcome, Never>)? in
                queue.idle -= 1
                if queue.jobs.isEmpty { return nil }
                return queue.jobs.removeFirst()
            }
            guard let next else {
                if queue.withLock({ $0.closed }) { return }
                continue
            }
            guard let connection else {
                next.done.resume(returning: .failed("libcurl does not start"))
                continue
            }
            switch next.job {
            case .probe: next.done.resume(returning: connection.probe())
            case .send(let from, let to, let mail):
                next.done.resume(returning: connection.send(from: from, to: to, mail: mail))
            }
        }
    }
}
