import Foundation

/// The host's ends of a child's pipes, all non-blocking, and a pipe to wake the thread that serves them.
final class ChildPipes: Sendable {
    let input: Int32
    let output: Int32
    let errors: Int32
    let wakeRead: Int32
    private let wakeWrite: Int32

    init(input: Int32, output: Int32, errors: Int32, wakeRead: Int32, wakeWrite: Int32) {
        self.input = input
        self.output = output
        self.errors = errors
        self.wakeRead = wakeRead
        self.wakeWrite = wakeWrite
    }

    /// A full pipe is as good as one more byte.
    func wake() {
        var byte: UInt8 = 1
        _ = Foundation.write(wakeWrite, &byte, 1)
    }

    /// The two of the wake pipe live as long as this object: whoever wakes holds it.
    deinit {
        _ = close(wakeRead)
        _ = close(wakeWrite)
    }
}
