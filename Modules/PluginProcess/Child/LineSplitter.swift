/// Cuts a stream of bytes into lines at line feeds: bytes and not characters, so that half a character at the end of a read
/// stays half until the rest comes.
struct LineSplitter {
    let maximum: Int
    private var pending: [UInt8] = []
    private(set) var isTooLong = false

    init(maximum: Int) { self.maximum = maximum }

    /// What stands after the last line feed.
    var rest: [UInt8] { pending }

    /// Takes bytes and hands out each line that they complete, without its line feed (and without a carriage return before
    /// it). A line over the limit is thrown away and told once, where it ends or where the limit is passed.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, line: ([UInt8]) -> Void, tooLong: () -> Void) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A)
            let part = bytes[start..<(end ?? bytes.count)]
            if !isTooLong {
                if pending.count + part.count > maximum {
                    isTooLong = true
                    pending = []
                    tooLong()
                } else {
                    pending += part
                }
            }
            guard let end else { return }
            if !isTooLong {
                if pending.last == 0x0D { pending.removeLast() }
                line(pending)
            }
            pending.removeAll(keepingCapacity: pending.count < 65_536)
            isTooLong = false
            start = end + 1
        }
    }
}
