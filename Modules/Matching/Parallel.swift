/// Does `count` pieces of work, `width` at a time, and returns their results in order: the same whatever ran first.
func concurrently<Result: Sendable>(
    _ count: Int, width: Int = 2, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: count)
        var next = 0
        while next < min(width, count) {
            let piece = next
            group.addTask { (piece, try body(piece)) }
            next += 1
        }
        while let (piece, result) = try await group.next() {
            results[piece] = result
            if next < count {
                let piece = next
                group.addTask {
                    try Task.checkCancellation()
                    return (piece, try body(piece))
                }
                next += 1
            }
        }
        return results.compactMap { $0 }
    }
}

/// Numbers that look drawn by chance, the same ones for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return TextPool.mix(state)
    }
}
