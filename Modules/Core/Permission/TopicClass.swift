/// What kind of thing a topic says. Classes belong to topics and settle which guards a message passes.
public enum TopicClass: Int, Sendable, Hashable, CaseIterable, Codable {
    /// Everything meant to sell, win back or bind.
    case marketing = 0
    /// What the person ordered, asked or reported.
    case service = 1
    /// What keeps the person's account safe.
    case security = 2
    /// A recall, or what the law prescribes. Needs two people.
    case notice = 3

    public var name: String {
        switch self {
        case .marketing: "marketing"
        case .service: "service"
        case .security: "security"
        case .notice: "notice"
        }
    }

    public init?(name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// Several classes at once.
public struct TopicClasses: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public init(_ one: TopicClass) { rawValue = 1 << UInt8(one.rawValue) }

    public static let marketing = TopicClasses(.marketing)
    public static let service = TopicClasses(.service)
    public static let security = TopicClasses(.security)
    public static let notice = TopicClasses(.notice)

    public func has(_ one: TopicClass) -> Bool { contains(TopicClasses(one)) }
}
