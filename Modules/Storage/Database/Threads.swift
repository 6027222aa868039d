import Foundation

/// Runs blocking work on a thread of its own, never on Swift's cooperative pool.
func onThread<Result: Sendable>(
    named name: String, _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            Thread.current.name = name
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}
