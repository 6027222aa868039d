/// International domain names in the form that mail and DNS use (RFC 3492, RFC 5891).
enum Punycode {
    /// The domain with each label that is not ASCII encoded as `xn--…`. The labels are already folded.
    static func ascii(domain: String) throws -> String {
        guard domain.utf8.contains(where: { $0 >= 0x80 }) else { return domain }
        let labels = domain.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "\u{3002}" || $0 == "\u{FF0E}" }
        return try labels.map { label in
            label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : "xn--" + (try encoded(Array(label.unicodeScalars)))
        }.joined(separator: ".")
    }

    /// RFC 3492, section 6.3.
    static func encoded(_ scalars: [Unicode.Scalar]) throws -> String {
        let refusal = Problem("identifier.email", "this is no email address: the domain is too long")
        guard scalars.count <= 63 else { throw refusal }
        var out = scalars.filter { $0.value < 0x80 }.map { UInt8($0.value) }
        let basic = out.count
        var handled = basic
        if basic > 0 { out.append(0x2D) }
        var (code, delta, bias): (UInt32, UInt32, UInt32) = (128, 0, 72)
        while handled < scalars.count {
            guard let next = scalars.lazy.map(\.value).filter({ $0 >= code }).min() else { break }
            delta += (next - code) * UInt32(handled + 1)
            code = next
            for scalar in scalars {
                if scalar.value < code { delta += 1 }
                guard scalar.value == code else { continue }
                var rest = delta
                var k: UInt32 = 36
                while true {
                    let threshold = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias)
                    if rest < threshold { break }
                    out.append(digit(threshold + (rest - threshold) % (36 - threshold)))
                    rest = (rest - threshold) / (36 - threshold)
                    k += 36
                }
                out.append(digit(rest))
                bias = adapted(delta, points: UInt32(handled + 1), first: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func digit(_ value: UInt32) -> UInt8 { UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30) }

    private static func adapted(_ delta: UInt32, points: UInt32, first: Bool) -> UInt32 {
        var delta = first ? delta / 700 : delta / 2
        delta += delta / points
        var k: UInt32 = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
