import RapportCore
import Synchronization

/// Seeds from one seed, for whoever asks from whichever task.
final class SeedSequence: Sendable {
    private let generator: Mutex<SplitMix64>

    init(_ seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    func next() -> UInt64 { generator.withLock { $0.next() } }
}
