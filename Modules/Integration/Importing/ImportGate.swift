import RapportCore
import Synchronization

/// Lets one in at a time, in the order in which they came: an actor alone lets others in wherever one waits.
final class ImportGate: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Every call is followed by one of `leave`.
    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

extension JSONValue {
    /// About how many bytes it takes: text by its length, the rest by the piece.
    var roughSize: Int {
        switch self {
        case .string(let text), .decimal(let text): text.utf8.count
        case .array(let items): items.reduce(16) { $0 + $1.roughSize }
        case .object(let members): members.reduce(16) { $0 + $1.name.utf8.count + $1.value.roughSize }
        default: 8
        }
    }
}
