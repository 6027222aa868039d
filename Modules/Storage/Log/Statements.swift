import RapportCore

/// What has been said of one thing by an import, in order: what `NewEvent.restates` asks for.
///
/// Kept in the rows of `dedupe` that begin with the thing's own half of the key. The other half is what was said: 33 bits of
/// its hash, 21 of the import's number, 10 of its turn among what that import said of the thing.
struct Statements {
    private struct Entry {
        var content: UInt64
        var turn: UInt64
        var ref: EventRef?
        /// Where it stands in the batch at hand, before it has a place on the log.
        var index: Int?
    }

    enum Verdict {
        /// The key to keep it by.
        case new(low: Int64)
        case known(EventRef)
        /// Said by another event of the batch at hand.
        case repeated(Int)
    }

    private static let (batchBits, turnBits): (UInt64, UInt64) = (21, 10)
    private static let (batches, turns): (UInt64, UInt64) = (1 << batchBits - 1, 1 << turnBits - 1)

    /// The import that spoke of it last, and what it said.
    private var batch: UInt64?
    private var entries: [Entry] = []

    /// Takes in what the database has.
    mutating func read(_ low: Int64, _ ref: EventRef) {
        let bits = UInt64(bitPattern: low)
        let batch = bits >> Self.turnBits & Self.batches
        let entry = Entry(content: Self.content(low), turn: bits & Self.turns, ref: ref)
        if let current = self.batch, current != batch {
            // Numbers of imports go round: the one that lies less than half a round ahead is the later.
            guard (batch &- current) & Self.batches < Self.batches / 2 else { return }
            entries = []
        }
        self.batch = batch
        entries.append(entry)
    }

    /// - Parameters:
    ///   - low: the second half of the event's key: what is said.
    ///   - index: its place in the batch at hand.
    mutating func say(_ low: Int64, by batch: Int64, _ restatement: NewEvent.Restatement, index: Int) -> Verdict {
        let content = Self.content(low)
        let number = UInt64(bitPattern: batch) & Self.batches
        let last = entries.max { $0.turn < $1.turn }
        // The same file again says all of it again; anything else says something new where it differs from what was said last.
        let isSameFile = restatement == .repetition && self.batch != number
        let known = isSameFile ? entries.first { $0.content == content } : last?.content == content ? last : nil
        if let known {
            if let ref = known.ref { return .known(ref) }
            if let index = known.index { return .repeated(index) }
        }
        var turn: UInt64 = 0
        if self.batch == number {
            turn = min((last?.turn ?? 0) + 1, Self.turns)
        } else {
            entries = []
            self.batch = number
        }
        entries.append(Entry(content: content, turn: turn, index: index))
        return .new(low: Self.key(content, number, turn))
    }

    /// The key to keep the first thing by that is ever said of something.
    static func first(_ low: Int64, by batch: Int64) -> Int64 {
        key(content(low), UInt64(bitPattern: batch) & batches, 0)
    }

    private static func key(_ content: UInt64, _ number: UInt64, _ turn: UInt64) -> Int64 {
        Int64(bitPattern: content << (batchBits + turnBits) | number << turnBits | turn)
    }

    private static func content(_ low: Int64) -> UInt64 { UInt64(bitPattern: low) >> (batchBits + turnBits) }
}
