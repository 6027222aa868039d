/// Why a message was put off or dropped. Closed; codes are stable, numbers are in receipts and never reused. The order of the
/// cases is the order of the guards.
public enum Reason: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    case erased = 1
    case expired = 2
    case restricted = 3
    case noAddress = 4
    case bounced = 5
    case suppressed = 6
    case complained = 7
    case objected = 8
    case permissionNone = 9
    case permissionWithdrawn = 10
    case permissionUnproven = 11
    case permissionInsufficient = 12
    case permissionPending = 13
    case permissionLapsed = 14
    case complaintOpen = 15
    case standing = 16
    case householdDuplicate = 17
    case silentDay = 18
    case quietHours = 19
    case capChannel = 20
    case capTopic = 21
    case capAll = 22
    case capPerson = 23
    case heldOut = 24

    /// Dotted, stable: what APIs, exports and figures say.
    public var code: String {
        switch self {
        case .erased: "erased"
        case .expired: "expired"
        case .restricted: "restricted"
        case .noAddress: "no_address"
        case .bounced: "suppressed.bounce"
        case .suppressed: "suppressed.manual"
        case .complained: "suppressed.complaint"
        case .objected: "objection"
        case .permissionNone: "permission.none"
        case .permissionWithdrawn: "permission.withdrawn"
        case .permissionUnproven: "permission.unproven"
        case .permissionInsufficient: "permission.insufficient"
        case .permissionPending: "permission.pending"
        case .permissionLapsed: "permission.lapsed"
        case .complaintOpen: "standing.complaint_open"
        case .standing: "standing.other"
        case .householdDuplicate: "household.duplicate"
        case .silentDay: "silent_day"
        case .quietHours: "quiet_hours"
        case .capChannel: "cap.channel"
        case .capTopic: "cap.topic"
        case .capAll: "cap.all"
        case .capPerson: "cap.person"
        case .heldOut: "held_out"
        }
    }

    public init?(code: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    public static func < (left: Reason, right: Reason) -> Bool { left.rawValue < right.rawValue }
}
