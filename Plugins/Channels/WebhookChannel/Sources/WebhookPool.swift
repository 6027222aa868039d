import Dispatch
import Foundation
import Synchronization

/// A few connections, each on a thread of its own: libcurl blocks, and blocking in Swift's own threads would stall everything.
final class WebhookPool: Sendable {
    private typealias Waiting = (job: WebhookConnection.Job, done: CheckedContinuation<WebhookOutcome, Never>)

    private struct Queue {
        var jobs: [Waiting] = []
        var threads = 0
        var idle = 0
        var isClosed = false
    }

    let endpoint: WebhookEndpoint
    private let connections: Int
    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)

    init(endpoint: WebhookEndpoint, connections: Int) {
        self.endpoint = endpoint
        self.connections = connections
    }

    /// Runs a job on the first connection that is free.
    func run(_ job: WebhookConnection.Job) async -> WebhookOutcome {
        await withCheckedContinuation { done in
            let (isClosed, starts) = queue.withLock { queue in
                if queue.isClosed { return (true, false) }
                queue.jobs.append((job, done))
                guard queue.idle < queue.jobs.count, queue.threads < connections else { return (false, false) }
                queue.threads += 1
                return (false, true)
            }
            if isClosed { return done.resume(returning: .failed("the channel is closing")) }
            if starts {
                let thread = Thread { self.work() }
                thread.name = "webhook"
                thread.start()
            }
            wake.signal()
        }
    }

    /// Ends the threads once their jobs are done, and with them the connections.
    func close() {
        let threads = queue.withLock { queue in
            queue.isClosed = true
            return queue.threads
        }
        for _ in 0..<threads { wake.signal() }
    }

    private func work() {
        let connection = WebhookConnection(endpoint)
        while true {
            queue.withLock { $0.idle += 1 }
            wake.wait()
            let (next, isClosed) = queue.withLock { queue -> (Waiting?, Bool) in
                queue.idle -= 1
                return (queue.jobs.isEmpty ? nil : queue.jobs.removeFirst(), queue.isClosed)
            }
            if let next {
                next.done.resume(returning: connection?.run(next.job) ?? .failed("libcurl does not start"))
            } else if isClosed {
                return
            }
        }
    }
}
