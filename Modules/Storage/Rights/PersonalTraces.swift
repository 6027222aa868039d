import Foundation
import RapportCore

/// Values that tell somebody in text in which no column names a person: a rejected line, a raw request.
///
/// An identifier of five characters or more tells, in any case and as it is written in URLs; so does a phone number by its last
/// nine digits; so do first and last name, or the whole name, where they stand in one text.
public struct PersonalTraces: Sendable, Hashable {
    /// Folded; each tells by itself.
    let telling: [String]
    /// Folded; together they tell.
    let together: [[String]]
    /// Digits at the end of phone numbers.
    let digits: [String]

    init(_ identifiers: [Identifier], _ fields: [FieldReading]) {
        let values = identifiers.filter { $0.kind != "device" && $0.value.count >= 5 }.map(\.value)
        telling = Set(values.map(Text.folded)).sorted()
        digits = Set(
            values.filter { $0.hasPrefix("+") && $0.dropFirst().allSatisfy(\.isNumber) }.map { String($0.suffix(9)) }
        ).sorted()
        func said(_ name: String) -> [String] {
            (fields.first { $0.name == name }?.sayings ?? []).compactMap { $0.value?.string }.map(Text.folded)
                .filter { $0.count >= 2 }
        }
        let names = said("name").filter { $0.contains(" ") }.map { [$0] }
        together =
            names
            + said("first_name").flatMap { first in said("last_name").map { [first, $0] } }
    }

    public var isEmpty: Bool { telling.isEmpty && together.isEmpty && digits.isEmpty }

    /// Whether a text speaks of the person.
    public func isIn(_ text: String) -> Bool {
        guard !isEmpty, !text.isEmpty else { return false }
        let folded = Text.folded(text.contains("%") ? (text.removingPercentEncoding ?? text) + text : text)
        if telling.contains(where: folded.contains) { return true }
        if together.contains(where: { $0.allSatisfy(folded.contains) }) { return true }
        guard !digits.isEmpty else { return false }
        let only = String(folded.filter(\.isNumber))
        return digits.contains(where: only.contains)
    }
}
