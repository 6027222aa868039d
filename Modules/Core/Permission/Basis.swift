/// Why the law lets us write to a person.
public enum Basis: Int, Sendable, Hashable, CaseIterable, Codable {
    case consent = 0
    /// A sale of similar products; refusal was offered then and is offered in each message.
    case existingCustomer = 1
    case contract = 2
    case legalObligation = 3
    case legitimateInterest = 4
    /// Countries where one may write until told not to.
    case optOutRegime = 5

    public var name: String {
        switch self {
        case .consent: "consent"
        case .existingCustomer: "existing_customer"
        case .contract: "contract"
        case .legalObligation: "legal_obligation"
        case .legitimateInterest: "legitimate_interest"
        case .optOutRegime: "opt_out_regime"
        }
    }

    public init?(name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
