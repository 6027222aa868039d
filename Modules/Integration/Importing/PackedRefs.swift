import RapportCore

/// Places on the log as few bytes: sorted, the partition and the step from the position before it, as LEB128 numbers.
enum PackedRefs {
    static func pack(_ refs: [EventRef]) -> [UInt8] {
        var out: [UInt8] = []
        var last = EventRef(partition: 0, position: 0)
        for ref in refs.sorted() {
            put(UInt64(ref.partition - last.partition), &out)
            put(UInt64(ref.position - (ref.partition == last.partition ? last.position : 0)), &out)
            last = ref
        }
        return out
    }

    static func unpack(_ bytes: [UInt8]) -> [EventRef] {
        var refs: [EventRef] = []
        var numbers: [UInt64] = []
        var (value, shift): (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 {
                numbers.append(value)
                (value, shift) = (0, 0)
            }
        }
        var last = EventRef(partition: 0, position: 0)
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            let partition = last.partition + Int(numbers[index])
            let base = partition == last.partition ? last.position : 0
            last = EventRef(partition: partition, position: base + Int64(numbers[index + 1]))
            refs.append(last)
        }
        return refs
    }

    private static func put(_ number: UInt64, _ out: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }
}
