/// Does `count` pieces of work, `width` at a time, and returns their results in order: the same whatever ran first.
public func inParallel<Result: Sendable>(
    _ count: Int, width: Int = 2, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: count)
        var next = 0
        func add() {
            let piece = next
            next += 1
            group.addTask {
                try Task.checkCancellation()
                return (piece, try body(piece))
            }
        }
        while next < min(width, count) { add() }
        while let (piece, result) = try await group.next() {
            results[piece] = result
            if next < count { add() }
        }
        return results.compactMap { $0 }
    }
}
