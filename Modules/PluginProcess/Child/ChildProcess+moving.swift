import Foundation
import Synchronization

extension ChildProcess {
    /// The body of the child's thread: moves bytes until the child has ended and all that it wrote was read.
    func move(maximumLine: Int, _ told: @escaping @Sendable (ChildOutput) -> Void) {
        // A write to a child that is gone must be an error here and not a signal for the whole host.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)

        var mover = Mover(child: self, lines: LineSplitter(maximum: maximumLine), told: told)
        while !mover.isDone { mover.turn() }
    }
}

private struct Mover: ~Copyable {
    let child: ChildProcess
    var lines: LineSplitter
    let told: @Sendable (ChildOutput) -> Void
    var logs = LineSplitter(maximum: 65_536)
    var isInputOpen = true
    var isOutputOpen = true
    var areErrorsOpen = true
    var isDone = false
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(child: ChildProcess, lines: LineSplitter, told: @escaping @Sendable (ChildOutput) -> Void) {
        self.child = child
        self.lines = lines
        self.told = told
    }

    mutating func turn() {
        let pipes = child.pipes
        let (ending, isPaused, hasMore, closesInput) = child.state.withLock {
            ($0.ending, $0.isPaused, !$0.outgoing.isEmpty, $0.closesInput)
        }
        if let ending {
            finish(ending)
            return
        }
        if isInputOpen, closesInput, !hasMore { closeInput() }
        // A negative descriptor is passed over by poll.
        var watched = [
            pollfd(fd: pipes.wakeRead, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOutputOpen && !isPaused ? pipes.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? pipes.errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isInputOpen && hasMore ? pipes.input : -1, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&watched, nfds_t(watched.count), -1) > 0 else { return }
        if watched[0].revents != 0 { while read(pipes.wakeRead, &buffer, buffer.count) > 0 {} }
        if watched[1].revents != 0 { readOutput(whole: false) }
        if watched[2].revents != 0 { readErrors(whole: false) }
        if watched[3].revents != 0 { writeInput() }
    }

    /// The group is dead, so what the pipes hold is all there will be.
    private mutating func finish(_ ending: ChildEnding) {
        readOutput(whole: true)
        readErrors(whole: true)
        if !lines.rest.isEmpty { told(.halfLine(lines.rest)) }
        if !logs.rest.isEmpty { told(.log(String(decoding: logs.rest, as: UTF8.self))) }
        if isInputOpen { closeInput() }
        if isOutputOpen { _ = close(child.pipes.output) }
        if areErrorsOpen { _ = close(child.pipes.errors) }
        isDone = true
        told(.ended(ending))
    }

    private mutating func closeInput() {
        _ = close(child.pipes.input)
        isInputOpen = false
    }

    private mutating func writeInput() {
        let isBroken = child.state.withLock { state in
            let count = state.outgoing.withUnsafeBytes { write(child.pipes.input, $0.baseAddress, $0.count) }
            if count > 0 {
                state.outgoing.removeFirst(count)
                state.written += count
            }
            let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
            if isBroken { state.outgoing = [] }
            return isBroken
        }
        if isBroken { closeInput() }
    }

    /// - Parameter whole: until nothing is left, instead of one read a turn.
    private mutating func readOutput(whole: Bool) {
        while isOutputOpen {
            let count = read(child.pipes.output, &buffer, buffer.count)
            if count > 0 {
                let told = told
                buffer.withUnsafeBufferPointer { bytes in
                    lines.take(
                        UnsafeBufferPointer(rebasing: bytes[..<count]), line: { told(.line($0)) }, tooLong: { told(.lineTooLong) }
                    )
                }
                if whole { continue }
            } else if count == 0 {
                _ = close(child.pipes.output)
                isOutputOpen = false
            }
            return
        }
    }

    private mutating func readErrors(whole: Bool) {
        while areErrorsOpen {
            let count = read(child.pipes.errors, &buffer, buffer.count)
            if count > 0 {
                let told = told
                buffer.withUnsafeBufferPointer { bytes in
                    logs.take(
                        UnsafeBufferPointer(rebasing: bytes[..<count]), line: { told(.log(String(decoding: $0, as: UTF8.self))) },
                        tooLong: { told(.log("(a line of over 64 KB was left out)")) })
                }
                if whole { continue }
            } else if count == 0 {
                _ = close(child.pipes.errors)
                areErrorsOpen = false
            }
            return
        }
    }
}
