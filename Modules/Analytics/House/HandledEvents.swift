import RapportCore
import RapportStorage

/// Which events of the log the folds have seen: those up to the cursors, but for what waits behind somebody who is held.
struct HandledEvents {
    private var cursors: [Int64]
    private var held: Set<EventRef> = []

    init(in db: Connection) throws {
        cursors = [Int64](repeating: 0, count: Partition.count)
        try db.each("SELECT partition, position FROM cursors") { cursors[$0.int(0)] = $0.integer(1) }
        try db.each("SELECT partition, position FROM held_events") {
            held.insert(EventRef(partition: $0.int(0), position: $0.integer(1)))
        }
    }

    func contains(_ partition: Int, _ position: Int64) -> Bool {
        position <= cursors[partition]
            && (held.isEmpty || !held.contains(EventRef(partition: partition, position: position)))
    }
}
