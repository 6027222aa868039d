extension Provenance {
    /// Compact text: `{"s":[[occurred,received,partition,position],…],"f":[[slot,value,stamp],…],"c":[…]}`, where a stamp is
    /// an index into `s`: a source usually says many fields in one event.
    public var packed: String {
        let stamps = stamps
        var out: [UInt8] = []
        out.reserveCapacity(64 + 24 * said.count)
        out += "{\"s\":[".utf8
        for (index, stamp) in stamps.enumerated() {
            out += (index > 0 ? ",[" : "[").utf8
            JSONValue.write(stamp.occurredAt.milliseconds, to: &out)
            out.append(0x2C)
            JSONValue.write(stamp.receivedAt.milliseconds, to: &out)
            out.append(0x2C)
            JSONValue.write(Int64(stamp.ref.partition), to: &out)
            out.append(0x2C)
            JSONValue.write(stamp.ref.position, to: &out)
            out.append(0x5D)
        }
        Self.write(said, "],\"f\":[", stamps, to: &out)
        if !confirmed.isEmpty { Self.write(confirmed, "],\"c\":[", stamps, to: &out) }
        out += "]}".utf8
        return String(decoding: out, as: UTF8.self)
    }

    /// In order, each once. What one event said stands together, so most are seen by looking at the one before.
    private var stamps: [Stamp] {
        var stamps: [Stamp] = []
        for entry in said where entry.value.stamp != stamps.last { stamps.append(entry.value.stamp) }
        for entry in confirmed where entry.value.stamp != stamps.last { stamps.append(entry.value.stamp) }
        guard stamps.count > 1 else { return stamps }
        return Set(stamps).sorted()
    }

    private static func write(_ entries: SlotMap<Entry>, _ head: String, _ stamps: [Stamp], to out: inout [UInt8]) {
        out += head.utf8
        for (index, entry) in entries.enumerated() {
            out += (index > 0 ? ",[" : "[").utf8
            JSONValue.write(Int64(entry.slot), to: &out)
            out.append(0x2C)
            (entry.value.value?.json ?? .null).write(to: &out)
            out.append(0x2C)
            JSONValue.write(Int64(stamps.firstIndex(of: entry.value.stamp) ?? 0), to: &out)
            out.append(0x5D)
        }
    }

    /// Reads what `packed` wrote.
    ///
    /// - Parameter slots: the fields that are wanted; `nil` for all. Of others nothing is kept.
    /// - Throws: `Problem` `provenance.damaged`.
    public init(packed text: String, only slots: [Int]? = nil) throws {
        var text = text
        let found = try text.withUTF8 { bytes -> Provenance? in
            var reader = ProvenanceReader(bytes, only: slots)
            return try reader.provenance()
        }
        self = try found ?? Provenance(json: JSONValue(parsing: text), only: slots)
    }

    /// Of text that says the same in another way than `packed` does.
    private init(json: JSONValue, only slots: [Int]?) throws {
        let stamps = try (json["s"]?.array ?? []).map { item -> Stamp in
            guard let numbers = item.array?.compactMap(\.integer), numbers.count == 4 else { throw Self.damaged }
            return Stamp(
                occurredAt: Timestamp(milliseconds: numbers[0]), receivedAt: Timestamp(milliseconds: numbers[1]),
                ref: EventRef(partition: Int(numbers[2]), position: numbers[3]))
        }
        said = try Self.entries(json["f"], stamps, slots)
        confirmed = try Self.entries(json["c"], stamps, slots)
    }

    private static func entries(_ json: JSONValue?, _ stamps: [Stamp], _ slots: [Int]?) throws -> SlotMap<Entry> {
        var out = SlotMap<Entry>()
        for item in json?.array ?? [] {
            guard let parts = item.array, parts.count == 3, let slot = parts[0].integer, let stamp = parts[2].integer,
                stamps.indices.contains(Int(stamp))
            else { throw damaged }
            guard slots?.contains(Int(slot)) ?? true else { continue }
            out[Int(slot)] = Entry(value: FieldValue(json: parts[1]), stamp: stamps[Int(stamp)])
        }
        return out
    }

    static let damaged = Problem("provenance.damaged", "the provenance of a profile cannot be read")
}
