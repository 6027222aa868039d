import RapportCore

extension Timestamp {
    /// As tables for people tell it: `2026-11-16 14:00 UTC`.
    var minuteText: String {
        let text = rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
