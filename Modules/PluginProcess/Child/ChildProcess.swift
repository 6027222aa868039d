import Foundation
import RapportCore
import Synchronization

/// A child in a process group of its own. One thread moves its bytes, another waits for its end; neither is one of Swift's,
/// so a child that blocks holds up nobody.
///
/// The group is killed before its leader is reaped: until then nobody else can have its number.
public final class ChildProcess: Sendable {
    struct State {
        var outgoing: [UInt8] = []
        /// Bytes ever queued, and bytes ever taken by the pipe.
        var queued = 0
        var written = 0
        var closesInput = false
        var isPaused = false
        var ending: ChildEnding?
        var isReaped = false
    }

    /// The number of the process and of its group.
    public let id: Int32
    let state = Mutex(State())
    let pipes: ChildPipes

    /// Starts the program.
    ///
    /// - Parameter told: called in order on the child's thread; must not block for long.
    /// - Throws: `Problem` `plugin.start` where the program does not exist or cannot be run.
    public static func start(_ command: ChildCommand, told: @escaping @Sendable (ChildOutput) -> Void) throws -> ChildProcess {
        let (id, pipes) = try spawn(command)
        let child = ChildProcess(id: id, pipes: pipes)
        let moving = Thread { child.move(maximumLine: command.maximumLine, told) }
        moving.name = "child \(id)"
        moving.start()
        let waiting = Thread { child.wait() }
        waiting.name = "child \(id) end"
        waiting.stackSize = 65_536
        waiting.start()
        return child
    }

    private init(id: pid_t, pipes: ChildPipes) {
        self.id = id
        self.pipes = pipes
    }

    /// Queues bytes for standard input. Returns their place in all that was ever queued; compare `hasTaken`.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Int {
        let place = state.withLock { state in
            guard !state.closesInput, state.ending == nil else { return state.queued }
            state.outgoing += bytes
            state.queued += bytes.count
            return state.queued - bytes.count
        }
        pipes.wake()
        return place
    }

    /// Whether any byte after `place` has left this process.
    public func hasTaken(after place: Int) -> Bool { state.withLock { $0.written > place } }

    /// Ends standard input once all that is queued was taken.
    public func closeInput() {
        state.withLock { $0.closesInput = true }
        pipes.wake()
    }

    /// Holds back a child that writes faster than its lines are used: its pipe fills, and it waits.
    public func pause(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        pipes.wake()
    }

    /// Sends a signal to the whole group; nothing where it is gone.
    public func signal(_ number: Int32) {
        state.withLock { state in
            if !state.isReaped { _ = kill(-id, number) }
        }
    }

    public var hasEnded: Bool { state.withLock { $0.isReaped } }

    private func wait() {
        var info = siginfo_t()
        // Without reaping: the number stays ours until the group is dead.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        state.withLock { state in
            _ = kill(-id, SIGKILL)
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            state.isReaped = true
            state.ending = status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
        }
        pipes.wake()
    }
}
