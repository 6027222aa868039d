import RapportCore
import RapportStorage

/// Where the answer to a question stands.
struct ExplorationPlan {
    let grouping: Exploration.Grouping
    /// The slot of the amount, its currency and what is of what it holds; `nil` where it is no declared property.
    let amount: (slot: Int, currency: Int?, digits: Int)?
    /// The amount's name where it must be read from the events themselves.
    let amountProperty: String?
    /// The golden column and the type of the field.
    let field: (slot: Int, type: FieldType)?
    /// Whether groups are moments.
    let isByMoment: Bool
    /// Leaves only people who count.
    let living: SQL
    /// Whether the database can add up by itself. Different people it would sort for each group, which takes longer than to read all.
    let isSummable: Bool

    init(_ question: Exploration.Question, _ kind: Kind, in db: Connection) throws {
        var field: (slot: Int, type: FieldType)?
        switch question.by {
        case nil: grouping = .none
        case "weekday": grouping = .weekday
        case "hour": grouping = .hour
        case let name?:
            let plain = name.split(separator: ":", maxSplits: 1).last.map(String.init) ?? name
            if !name.hasPrefix("field:"), let slot = kind.definition.slot(of: plain) {
                grouping = .slot(slot)
            } else if !name.hasPrefix("property:"), let known = try FieldStore.read(in: db)[plain] {
                grouping = .field(plain)
                field = (known.slot, known.definition.type)
            } else {
                grouping = .property(plain)
            }
        }
        self.field = field
        switch grouping {
        case .slot(let slot): isByMoment = kind.definition.slots[slot].type == .time
        case .field: isByMoment = field?.type == .time
        case .none, .property, .weekday, .hour: isByMoment = false
        }
        var amount: (slot: Int, currency: Int?, digits: Int)?
        var property: String?
        if case .sum(let name) = question.measure {
            if let slot = kind.definition.slot(of: name) {
                switch kind.definition.slots[slot].type {
                case .money(let currency): amount = (slot, kind.definition.slot(of: currency), -1)
                case .decimal(let scale): amount = (slot, nil, scale)
                case .integer: amount = (slot, nil, 0)
                case .text, .time, .flag:
                    throw Problem(
                        "explore.no_amount", "\(name) of \(kind.name) is \(kind.definition.slots[slot].type.text), not an amount")
                }
            } else {
                property = name
            }
        }
        self.amount = amount
        amountProperty = property
        living = try PeopleThere.join("timeline", anonymousToo: question.isAnonymousToo, in: db)
        switch grouping {
        case .none, .slot: isSummable = question.people == nil && property == nil && question.measure != .people
        case .field, .property, .weekday, .hour: isSummable = false
        }
    }

    /// Whether events must be read whole.
    var readsProperties: Bool {
        if case .property = grouping { return true }
        return amountProperty != nil
    }
}
