import Dispatch
import RapportCore
import Synchronization

/// What one slice of an import writes, and where reading can go on once it is written.
struct ImportParcel: Sendable {
    var cargo: ImportCargo
    /// Records after this one are not handled for good yet; `nil`: all are.
    var handled: Int64?
    /// And how many records lie before it.
    var bookmark: (text: String, ordinal: Int64)?
}

/// Hands slices to the transaction that is open, one at a time: whoever prepares them waits until the one before is taken, and
/// whoever writes, on a thread of the database's, waits a moment for the next.
final class ImportHandover: Sendable {
    private struct State {
        var parcel: ImportParcel?
        var giver: CheckedContinuation<Bool, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let isFilled = DispatchSemaphore(value: 0)

    /// - Returns: whether the parcel was taken; `false` once the transaction takes no more.
    func give(_ parcel: ImportParcel) async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                guard !state.isClosed else { return true }
                state.parcel = parcel
                state.giver = continuation
                return false
            }
            if isClosed { continuation.resume(returning: false) } else { isFilled.signal() }
        }
    }

    /// The next slice; `nil` where none comes within `patience`, after which none is taken any more.
    func take(waiting patience: Duration) -> ImportParcel? {
        _ = isFilled.wait(timeout: .now() + .milliseconds(Int(patience / .milliseconds(1))))
        let (parcel, giver) = state.withLock { state in
            defer { (state.parcel, state.giver) = (nil, nil) }
            if state.parcel == nil { state.isClosed = true }
            return (state.parcel, state.giver)
        }
        giver?.resume(returning: true)
        return parcel
    }

    /// Takes no more. Whoever is giving is told so.
    func close() {
        let giver = state.withLock { state in
            defer { state.giver = nil }
            (state.isClosed, state.parcel) = (true, nil)
            return state.giver
        }
        giver?.resume(returning: false)
        isFilled.signal()
    }
}

/// A transaction of several slices failed and nothing of it is left. The import goes on at what is written, a slice at a time.
struct ImportSetback: Error {
    let reason: any Error
}
