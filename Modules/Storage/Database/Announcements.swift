import Synchronization

/// Who in this process wants to know of announcements.
final class Announcements: Sendable {
    private let bodies = Mutex<[@Sendable () -> Void]>([])

    func add(_ body: @escaping @Sendable () -> Void) { bodies.withLock { $0.append(body) } }

    func tell() {
        for body in bodies.withLock({ $0 }) { body() }
    }
}
