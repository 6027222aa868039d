import Foundation

/// The words of a column's values, and how much each says: a rare one more than a common one.
///
/// `@unchecked Sendable`: its column fills it before anybody else is given that (see `Column`).
final class Words: @unchecked Sendable {
    @exclusivity(unchecked) private(set) var pool = TextPool()
    /// Words of each value, ascending and once each, one value after the other.
    @exclusivity(unchecked) private(set) var flat: [Int32] = []
    @exclusivity(unchecked) private(set) var starts: [Int32] = [0]
    /// In how many records each word stands, and its weight (inverse document frequency).
    @exclusivity(unchecked) private(set) var documents: [Int32] = []
    @exclusivity(unchecked) private(set) var weights: [Float] = []
    @exclusivity(unchecked) private(set) var isNumber: [Bool] = []
    /// Of names: how each word sounds, and whose short form it is.
    @exclusivity(unchecked) private(set) var sounds: [UInt32] = []
    @exclusivity(unchecked) private(set) var families: [[UInt16]] = []
    /// Whether each word is a legal form, which a firm's name may have or leave out.
    @exclusivity(unchecked) private(set) var isForm: [Bool] = []
    /// Words of names rather than of addresses and descriptions.
    let areNames: Bool
    /// Length of each value's vector of weights.
    @exclusivity(unchecked) private(set) var norms: [Float] = []
    @exclusivity(unchecked) private var records = 0

    init(areNames: Bool) { self.areNames = areNames }

    /// Takes the words of the next value.
    func append(_ text: [UInt16], abbreviated: Bool) {
        var found: [Int32] = []
        for word in text.split(separator: 0x20).prefix(24) {
            var units = Array(word)
            if abbreviated, let long = Self.longForms[units] { units = long }
            let code = units.withUnsafeBufferPointer { pool.intern($0) }
            if Int(code) == documents.count {
                documents.append(0)
                weights.append(Float(log(Double(records + 2))))
                isNumber.append(units.contains(where: \.isDigit))
                if areNames {
                    sounds.append(units.withUnsafeBufferPointer(PhoneticKey.of))
                    families.append(GivenNames.groups[units] ?? [])
                }
                isForm.append(LegalForms.words.contains(units))
            }
            found.append(code)
        }
        flat += Set(found).sorted()
        starts.append(Int32(flat.count))
        norms.append(norm(norms.count))
    }

    /// One more record has the value.
    func count(_ value: Int32) {
        records += 1
        for index in range(value) { documents[Int(flat[index])] += 1 }
    }

    /// Weighs the words anew, by the records counted so far.
    func weigh() {
        let all = Double(records + 1)
        for word in documents.indices { weights[word] = Float(max(0.1, log(all / Double(max(1, documents[word]))))) }
        for value in norms.indices { norms[value] = norm(value) }
    }

    /// Weighs the words by what is known of them elsewhere.
    func weigh(_ weight: (UnsafeBufferPointer<UInt16>) -> Float) {
        for word in weights.indices { weights[word] = pool.with(Int32(word), weight) }
        for value in norms.indices { norms[value] = norm(value) }
    }

    @inline(__always)
    func range(_ value: Int32) -> Range<Int> { Int(starts[Int(value)])..<Int(starts[Int(value) + 1]) }

    private func norm(_ value: Int) -> Float {
        var sum: Float = 0
        for index in Int(starts[value])..<Int(starts[value + 1]) { sum += weights[Int(flat[index])] * weights[Int(flat[index])] }
        return sum.squareRoot()
    }

    /// Words that lists of addresses and institutions shorten by habit.
    private static let longForms: [[UInt16]: [UInt16]] = {
        let pairs = """
            st street|str street|ave avenue|av avenue|rd road|ln lane|dr drive|ct court|crt court|pl place|blvd boulevard|cres crescent
            cr crescent|sq square|pde parade|tce terrace|ter terrace|hwy highway|pkwy parkway|cl close|cct circuit|cir circle|n north|s south
            e east|w west|ne northeast|nw northwest|se southeast|sw southwest|apt apartment|ste suite|fl floor|flr floor|bldg building
            ctr center|cntr center|cent center|centre center|dev development|dept department|univ university|sch school|elem elementary
            assn association|assoc association|svcs services|svc service|intl international|co company|corp corporation|ltd limited
            inc incorporated|bros brothers|hosp hospital|comm community|saint street|mt mount|ft fort
            """
        var forms: [[UInt16]: [UInt16]] = [:]
        for pair in pairs.split(whereSeparator: { $0 == "|" || $0.isNewline }) {
            let words = pair.split(separator: " ")
            forms[Array(words[0].utf16)] = Array(words[1].utf16)
        }
        return forms
    }()
}
