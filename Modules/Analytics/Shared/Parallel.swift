import Foundation
import Synchronization

/// Work in parts beside one another, on all processors. It only reckons: nothing in it waits.
enum Parallel {
    /// What `body` makes of each of so many parts, in their order.
    ///
    /// - Throws: what `body` throws of the first part of which it does.
    static func map<Element: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Element
    ) throws(Failure) -> [Element] {
        let found = Mutex([Result<Element, Failure>?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { part in
            let made = Result { () throws(Failure) -> Element in try body(part) }
            found.withLock { $0[part] = made }
        }
        var out: [Element] = []
        for one in found.withLock({ $0 }) {
            if let one { out.append(try one.get()) }
        }
        return out
    }
}
