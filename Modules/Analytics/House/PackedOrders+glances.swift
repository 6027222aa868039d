import RapportCore
import RapportStorage

extension PackedOrders {
    /// The orders of a piece at a glance, by person and time.
    struct Glances {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var reader: OrderBytes
        /// Where the last order that was handed over begins.
        private var start = 0

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            reader = OrderBytes(bytes)
        }

        mutating func next() throws -> (person: PersonID, order: OrderGlance)? {
            guard !reader.isAtEnd else { return nil }
            let person = try reader.integer()
            start = reader.at
            return (person, try OrderGlance(from: &reader))
        }

        /// All of the order that was handed over last.
        func whole() throws -> OrderFact {
            var reader = CompactReader(Array(bytes[start..<self.reader.at]))
            return try OrderFact(from: &reader)
        }
    }
}
