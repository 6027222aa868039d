import Foundation
import RapportCore
import Synchronization

/// Writes lines to a descriptor on a thread of its own, and holds back whoever writes faster than they are read.
final class LineWriter: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var heldBack: [CheckedContinuation<Void, Never>] = []
        var finished: CheckedContinuation<Void, Never>?
        var isFinishing = false
        /// The reader is gone: what is written goes nowhere.
        var isClosed = false
    }

    /// Bytes that may wait before a writer is held back.
    private static let most = 262_144

    private let descriptor: Int32
    private let state = Mutex(State())
    private let more = DispatchSemaphore(value: 0)

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        let thread = Thread { [self] in move() }
        thread.name = "writer"
        thread.start()
    }

    /// Queues a line. Returns at once, or when there is room again.
    func write(_ message: JSONValue) async {
        var bytes: [UInt8] = []
        message.write(to: &bytes)
        bytes.append(0x0A)
        let isFull = state.withLock { state in
            if !state.isClosed { state.waiting += bytes }
            return state.waiting.count > Self.most
        }
        more.signal()
        guard isFull else { return }
        await withCheckedContinuation { continuation in
            let isRoom = state.withLock { state in
                guard !state.isClosed, state.waiting.count > Self.most else { return true }
                state.heldBack.append(continuation)
                return false
            }
            if isRoom { continuation.resume() }
        }
    }

    /// Returns when all that was queued is written. Nothing may be written afterwards.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isFinishing = true
                guard !state.isClosed else { return true }
                state.finished = continuation
                return false
            }
            if isOver { continuation.resume() } else { more.signal() }
        }
    }

    private func move() {
        while true {
            more.wait()
            let (bytes, heldBack) = state.withLock { state in
                defer { (state.waiting, state.heldBack) = ([], []) }
                return (state.waiting, state.heldBack)
            }
            for continuation in heldBack { continuation.resume() }
            guard !put(bytes) else { continue }
            let rest = state.withLock { state in
                defer { (state.isClosed, state.waiting, state.heldBack, state.finished) = (true, [], [], nil) }
                return state.heldBack + [state.finished].compactMap { $0 }
            }
            for continuation in rest { continuation.resume() }
            return
        }
    }

    /// - Returns: whether there can be more: `false` when the reader is gone, or all is written and nothing will follow.
    private func put(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return !state.withLock { $0.isFinishing && $0.waiting.isEmpty }
    }
}
