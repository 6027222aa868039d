import RapportCore
import RapportStorage

/// An order whose lines are still coming, a row each.
struct OpenOrder {
    /// The record of its first row, counted from 1 over the whole source.
    let ordinal: Int64
    let key: String
    private let made: (event: NewEvent, content: [UInt8], keyed: Bool)
    private var lines: [JSONValue]
    private var size: Int

    init(_ made: (event: NewEvent, content: [UInt8], keyed: Bool), key: String, ordinal: Int64) {
        (self.made, self.key, self.ordinal) = (made, key, ordinal)
        lines = made.event.properties["lines"]?.array ?? []
        size = lines.reduce(0) { $0 + $1.text.utf8.count }
    }

    /// What tells the rows of one order from those of another.
    static func key(of event: NewEvent) -> String { "\(event.kind) \(event.properties["order"]?.plainText ?? "")" }

    /// Takes the lines of another row. Once there are more than an order may have the others are let go: the door refuses it
    /// anyway, and a file of which all rows have one number does not fill the memory.
    mutating func take(_ event: NewEvent) {
        guard size <= NewEvent.maximumLines else { return }
        for line in event.properties["lines"]?.array ?? [] {
            lines.append(line)
            size += line.text.utf8.count + 1
        }
    }

    /// The order with all of its lines.
    var whole: (event: NewEvent, content: [UInt8], keyed: Bool) {
        guard case .object(var members) = made.event.properties,
            let index = members.firstIndex(where: { $0.name == "lines" })
        else { return made }
        members[index].value = .array(lines)
        var made = made
        made.event.properties = .object(members)
        return made
    }
}
