/// What can be odd about a row or a value. Raw values are stable: `--json` and `--out` carry them.
public enum Finding: String, Sendable, Hashable, CaseIterable {
    // Who must not be written to
    case unsubscribed = "stop.unsubscribed"
    case bounced = "stop.bounced"
    case complained = "stop.complained"
    case doNotContact = "stop.do_not_contact"
    // Permission
    case contradictory = "permission.contradictory"
    case pending = "permission.pending"
    case neverAgreed = "permission.never"
    case unproven = "permission.unproven"
    // Addresses
    case noAddress = "address.missing"
    case malformed = "address.malformed"
    case noSuchDomain = "address.no_such_domain"
    case reserved = "address.reserved"
    case literal = "address.literal"
    case placeholderAddress = "address.placeholder"
    case noReply = "address.no_reply"
    case disposable = "address.disposable"
    case mistyped = "address.mistyped"
    case role = "address.role"
    case unusual = "address.unusual"
    // Duplicates
    case sameRow = "duplicate.row"
    case sameAddress = "duplicate.address"
    case sameID = "duplicate.id"
    case likelySame = "duplicate.likely"
    // Phones
    case impossiblePhone = "phone.impossible"
    case unassignedPhone = "phone.unassigned"
    case placeholderPhone = "phone.placeholder"
    case sharedPhone = "phone.shared"
    // Names
    case placeholderName = "name.placeholder"
    case keyboardName = "name.keyboard"
    case nameWithAddress = "name.address"
    case nameWithDigits = "name.digits"
    case longName = "name.long"
    case capitals = "name.capitals"
    case swappedNames = "name.swapped"
    // Dates
    case impossibleDate = "date.impossible"
    case otherOrder = "date.other_order"
    case futureDate = "date.future"
    case defaultDate = "date.default"
    case impossibleAge = "age.impossible"
    case stale = "activity.stale"
    // Any value
    case mojibake = "text.mojibake"
    case lostLetters = "text.lost_letters"
    case invisible = "text.invisible"
    case placeholderValue = "value.placeholder"
    case sharedValue = "value.shared"
    case misplaced = "value.misplaced"
    // Rows of the file
    case ragged = "row.ragged"
    case repaired = "row.repaired"

    /// Under which heading it stands: `stop`, `permission`, `address` …
    public var section: Section { Section(rawValue: String(rawValue.prefix { $0 != "." })) ?? .value }

    public enum Section: String, Sendable, Hashable, CaseIterable {
        case stop, permission, address, duplicate, phone, name, date, age, activity, text, value, row
    }

    public enum Gravity: String, Sendable, Hashable {
        /// Nothing may be sent to the row.
        case stops
        /// Something is wrong and can be put right.
        case mend
        /// Worth a look; often as it should be.
        case look
    }

    public var gravity: Gravity {
        switch self {
        case .unsubscribed, .bounced, .complained, .doNotContact, .neverAgreed, .pending, .malformed, .noSuchDomain, .reserved,
            .literal, .placeholderAddress, .noReply:
            .stops
        case .role, .unusual, .unassignedPhone, .sharedPhone, .capitals, .stale, .sharedValue, .repaired, .likelySame,
            .disposable:
            .look
        default: .mend
        }
    }

    /// Its place in `allCases`.
    var number: UInt8 { Self.numbers[self] ?? 0 }
    init(number: UInt8) { self = Self.allCases[Int(number)] }
    private static let numbers = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, UInt8($0)) })
}

/// One finding at one place, without its value: that is read again where it is to be shown.
struct Hit: Sendable, Hashable {
    /// Counted from 0 over all files.
    var row: Int32
    /// -1: the row as a whole.
    var column: Int16
    var number: UInt8

    var finding: Finding { Finding(number: number) }

    init(_ finding: Finding, row: Int, column: Int? = nil) {
        self.row = Int32(row)
        self.column = Int16(clamping: column ?? -1)
        number = finding.number
    }
}
