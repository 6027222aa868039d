public import RapportStorage
public import ServiceLifecycle

/// Runs a worker until the process is asked to stop: the step in hand is finished, then the leases are given back.
public struct WorkerService: Service {
    public let worker: Worker

    public init(_ worker: Worker) { self.worker = worker }

    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await worker.run() }
    }
}
