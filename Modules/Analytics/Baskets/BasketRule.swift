/// Who has these things in the basket often has those too.
public struct BasketRule: Sendable, Hashable {
    /// How often, over some baskets.
    public struct Measures: Sendable, Hashable {
        /// The share of baskets that have all of the rule's things.
        public let support: Double
        /// Of the baskets with the antecedent, the share with the consequent.
        public let confidence: Double
        /// The confidence against the share of all baskets with the consequent: 1 is chance.
        public let lift: Double
    }

    /// Things by name, ascending.
    public let antecedent: [String]
    public let consequent: [String]
    public let all: Measures
    /// Of baskets from Monday to Friday, and of the others; `nil` without dates, or where no such basket has the antecedent.
    public let weekday: Measures?
    public let weekend: Measures?
}
