import Synchronization

/// What a conformance suite found wrong: empty is what you want. `#expect(report.failures.isEmpty, "\(report)")`
public final class ConformanceReport: Sendable, CustomStringConvertible {
    private let state = Mutex<(failures: [String], checks: Int)>(([], 0))

    public var failures: [String] { state.withLock { $0.failures } }
    public var checks: Int { state.withLock { $0.checks } }
    public var description: String { "\(checks) checks\n" + failures.joined(separator: "\n") }

    func check(_ condition: Bool, _ failure: @autoclosure () -> String) {
        let text = condition ? nil : failure()
        state.withLock { state in
            state.checks += 1
            if let text { state.failures.append(text) }
        }
    }

    /// Runs a part of the suite; whatever it throws is a failure of that part.
    func part(_ name: String, _ body: () async throws -> Void) async {
        do { try await body() } catch { check(false, "\(name): \(error)") }
    }
}
