extension Provenance {
    /// Compact text: `{"s":[[occurred,received,partition,position],…],"f":[[slot,value,stamp],…],"c":[…]}`, where a stamp is
    /// an index into `s`: a source usually says many fields in one event.
    public var packed: String {
        var stamps: [Stamp] = []
        var numbers: [Stamp: Int] = [:]
        for stamp in said.values.map(\.stamp) + confirmed.values.map(\.stamp) where numbers[stamp] == nil {
            numbers[stamp] = 0
            stamps.append(stamp)
        }
        stamps.sort()
        for (index, stamp) in stamps.enumerated() { numbers[stamp] = index }
        var out: [UInt8] = []
        out.reserveCapacity(64 + 24 * said.count)
        out += "{\"s\":[".utf8
        for (index, stamp) in stamps.enumerated() {
            if index > 0 { out.append(0x2C) }
            out.append(0x5B)
            out += String(stamp.occurredAt.milliseconds).utf8
            out.append(0x2C)
            out += String(stamp.receivedAt.milliseconds).utf8
            out.append(0x2C)
            out += String(stamp.ref.partition).utf8
            out.append(0x2C)
            out += String(stamp.ref.position).utf8
            out.append(0x5D)
        }
        Self.write(said, "],\"f\":[", numbers, to: &out)
        if !confirmed.isEmpty { Self.write(confirmed, "],\"c\":[", numbers, to: &out) }
        out += "]}".utf8
        return String(decoding: out, as: UTF8.self)
    }

    private static func write(_ entries: [Int: Entry], _ head: String, _ numbers: [Stamp: Int], to out: inout [UInt8]) {
        out += head.utf8
        for (index, slot) in entries.keys.sorted().enumerated() {
            guard let entry = entries[slot] else { continue }
            if index > 0 { out.append(0x2C) }
            out.append(0x5B)
            out += String(slot).utf8
            out.append(0x2C)
            (entry.value?.json ?? .null).write(to: &out)
            out.append(0x2C)
            out += String(numbers[entry.stamp] ?? 0).utf8
            out.append(0x5D)
        }
    }

    /// Reads what `packed` wrote.
    ///
    /// - Throws: `Problem` `provenance.damaged`.
    public init(packed text: String) throws {
        let json = try JSONValue(parsing: text)
        let stamps = try (json["s"]?.array ?? []).map { item -> Stamp in
            guard let numbers = item.array?.compactMap(\.integer), numbers.count == 4 else { throw Self.damaged }
            return Stamp(
                occurredAt: Timestamp(milliseconds: numbers[0]), receivedAt: Timestamp(milliseconds: numbers[1]),
                ref: EventRef(partition: Int(numbers[2]), position: numbers[3]))
        }
        said = try Self.entries(json["f"], stamps)
        confirmed = try Self.entries(json["c"], stamps)
    }

    private static func entries(_ json: JSONValue?, _ stamps: [Stamp]) throws -> [Int: Entry] {
        var out: [Int: Entry] = [:]
        for item in json?.array ?? [] {
            guard let parts = item.array, parts.count == 3, let slot = parts[0].integer, let stamp = parts[2].integer,
                stamps.indices.contains(Int(stamp))
            else { throw damaged }
            out[Int(slot)] = Entry(value: FieldValue(json: parts[1]), stamp: stamps[Int(stamp)])
        }
        return out
    }

    private static let damaged = Problem("provenance.damaged", "the provenance of a profile cannot be read")
}
