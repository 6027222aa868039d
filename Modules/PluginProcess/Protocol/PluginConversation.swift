import Foundation
import RapportCore
import RapportPluginKit
import Synchronization

/// The talk with one living child: requests are numbered, answers name the number, and whatever breaks the protocol ends the
/// talk and the child with it.
public final class PluginConversation: Sendable {
    /// Both sides of the talk, for whoever listens.
    public enum Heard: Sendable {
        case host(String)
        case plugin(String)
        case log(String)
        case ended(String)
    }

    typealias Answers = AsyncThrowingStream<JSONValue, any Error>

    private struct Pending {
        let answers: Answers.Continuation
        /// Where the request stands in all that was queued for the child.
        let place: Int
        var waiting = 0
    }

    private struct State {
        var child: ChildProcess?
        var pending: [Int64: Pending] = [:]
        var next: Int64 = 0
        var failure: String?
        var isStopping = false
        var isPaused = false
    }

    /// Messages that may wait for whoever asked before the child is held back.
    private static let most = 512
    /// The number under which the child's hello arrives.
    static let hello: Int64 = 0

    private let state = Mutex(State())
    private let mask: SecretMask
    private let heard: @Sendable (Heard) -> Void
    private let event: @Sendable (JSONValue) -> Void
    private let ended: @Sendable (PluginConversation, _ reason: String) -> Void
    let opening: Answers

    /// Starts the child and listens.
    ///
    /// - Parameters:
    ///   - heard: every line of both sides with secrets masked, on the child's thread.
    ///   - event: what the child says unasked.
    ///   - ended: once, when the talk is over without having been stopped.
    init(
        _ command: ChildCommand, mask: SecretMask, heard: @escaping @Sendable (Heard) -> Void,
        event: @escaping @Sendable (JSONValue) -> Void, ended: @escaping @Sendable (PluginConversation, String) -> Void
    ) throws {
        self.mask = mask
        self.heard = heard
        self.event = event
        self.ended = ended
        let (opening, answers) = Answers.makeStream()
        self.opening = opening
        state.withLock { $0.pending[Self.hello] = Pending(answers: answers, place: 0) }
        let child = try ChildProcess.start(command) { [self] in hear($0) }
        // The child may have failed before we knew its name.
        let isOver = state.withLock { state in
            state.child = child
            return state.failure != nil
        }
        if isOver { child.signal(SIGKILL) }
    }

    public var isOpen: Bool { state.withLock { $0.failure == nil && !$0.isStopping } }
    /// Why the talk is over, if it is.
    var failure: String? { state.withLock { $0.failure } }
    /// Whether the host ended it, or wanted to.
    var wasStopped: Bool { state.withLock { $0.isStopping } }
    public var processID: Int32? { state.withLock { $0.child?.id } }

    /// Says something that wants no answer.
    func say(_ message: JSONValue) {
        heard(.host(mask.mask(message.text)))
        _ = state.withLock { $0.child }?.write(Self.line(message))
    }

    /// Asks, and hands each answer to `take` until that says it was the last.
    ///
    /// - Parameter deadline: from message to message; time that `take` uses does not count.
    /// - Throws: `ChildFailure`, or what `take` throws; then the child is ended, for it would go on answering.
    func ask(
        _ type: String, _ members: [JSONValue.Member] = [], within deadline: Duration,
        take: (JSONValue) async throws -> Bool
    ) async throws {
        let (answers, continuation) = Answers.makeStream()
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let message = JSONValue.object([.init("type", .string(type)), .init("id", .integer(number))] + members)
        // Before it is said: whoever listens hears the question before the answer.
        heard(.host(mask.mask(message.text)))
        try state.withLock { state in
            if let failure = state.failure { throw ChildFailure(reason: failure, wasHandedOver: false) }
            guard let child = state.child, !state.isStopping else {
                throw ChildFailure(reason: "it is being stopped", wasHandedOver: false)
            }
            // Under the lock, so that no failure comes between.
            state.pending[number] = Pending(answers: continuation, place: child.write(Self.line(message)))
        }
        try await follow(answers, number, within: deadline, take: take)
    }

    func follow(
        _ answers: Answers, _ number: Int64, within deadline: Duration, take: (JSONValue) async throws -> Bool
    ) async throws {
        let watch = Watch(deadline)
        let watching = Task { [weak self] in
            guard await watch.expires() else { return }
            self?.fail("it did not answer within \(deadline.words)")
        }
        defer {
            watching.cancel()
            forget(number)
        }
        do {
            watch.begin()
            for try await answer in answers {
                watch.end()
                if try await take(answer) { return }
                used(number)
                watch.begin()
            }
            throw CancellationError()
        } catch let failure as ChildFailure {
            throw failure
        } catch {
            // Not the child's fault, unless it is what it said that could not be read.
            if !(error is MalformedAnswer) { state.withLock { $0.isStopping = true } }
            fail(error is CancellationError ? "its work was called off" : "what it said could not be used: \(error)")
            if let malformed = error as? MalformedAnswer {
                throw ChildFailure(reason: malformed.description, wasHandedOver: true)
            }
            throw error
        }
    }

    /// Asks the child to leave, and ends it where it does not.
    func stop(within grace: Duration) async {
        let child = state.withLock { state -> ChildProcess? in
            state.isStopping = true
            return state.failure == nil ? state.child : nil
        }
        guard let child else { return }
        say(["type": "stop"])
        child.closeInput()
        let limit = ContinuousClock.now + grace
        while !child.hasEnded, ContinuousClock.now < limit { try? await Task.sleep(for: .milliseconds(10)) }
        child.signal(SIGKILL)
        fail("it was stopped")
    }

    /// Ends the talk and the child, and tells all who wait.
    func fail(_ reason: String) {
        let reason = mask.mask(reason)
        let (child, pending, isNews) = state.withLock { state -> (ChildProcess?, [Pending], Bool) in
            guard state.failure == nil else { return (nil, [], false) }
            state.failure = reason
            defer { state.pending = [:] }
            return (state.child, Array(state.pending.values), true)
        }
        guard isNews else { return }
        for one in pending {
            one.answers.finish(
                throwing: ChildFailure(reason: reason, wasHandedOver: child?.hasTaken(after: one.place) ?? false))
        }
        child?.signal(SIGKILL)
        heard(.ended(reason))
        if !state.withLock({ $0.isStopping }) { ended(self, reason) }
    }

    private func hear(_ output: ChildOutput) {
        switch output {
        case .line(let bytes): hear(line: bytes)
        case .lineTooLong: fail("it wrote a line that is too long")
        case .halfLine: fail("it stopped in the middle of a line")
        case .log(let text): heard(.log(mask.mask(text)))
        case .ended(let ending):
            if state.withLock({ $0.isStopping }) { fail("it was stopped") } else { fail("it \(ending)") }
        }
    }

    private func hear(line bytes: [UInt8]) {
        guard !bytes.isEmpty, isOpen || state.withLock({ $0.isStopping && $0.failure == nil }) else { return }
        guard let message = try? JSONValue(parsing: bytes), let type = message["type"]?.string else {
            let start = String(decoding: bytes.prefix(80), as: UTF8.self)
            heard(.plugin(mask.mask(start)))
            return fail("it wrote something that is no message: \(JSONValue.string(start).text)")
        }
        heard(.plugin(mask.mask(String(decoding: bytes, as: UTF8.self))))
        if type == "event" { return event(message) }
        guard let number = type == "hello" ? Self.hello : message["re"]?.integer else {
            return fail("its \"\(type)\" does not say in \"re\" what it answers")
        }
        let isKnown = state.withLock { state in
            guard state.pending[number] != nil else { return false }
            state.pending[number]?.waiting += 1
            state.pending[number]?.answers.yield(message)
            if state.pending[number]?.waiting == Self.most, !state.isPaused {
                state.isPaused = true
                state.child?.pause(true)
            }
            return true
        }
        if !isKnown { fail("its \"\(type)\" answers request \(number), which is not open") }
    }

    private func used(_ number: Int64) {
        state.withLock { state in
            state.pending[number]?.waiting -= 1
            release(&state)
        }
    }

    private func forget(_ number: Int64) {
        state.withLock { state in
            state.pending[number] = nil
            release(&state)
        }
    }

    private func release(_ state: inout State) {
        guard state.isPaused, state.pending.values.allSatisfy({ $0.waiting < Self.most / 4 }) else { return }
        state.isPaused = false
        state.child?.pause(false)
    }

    private static func line(_ message: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        message.write(to: &bytes)
        bytes.append(0x0A)
        return bytes
    }
}
