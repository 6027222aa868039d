public import RapportCore

/// What the relationship with one person brought and cost, in minor units of the report's currency.
public struct RelationshipValue: Sendable, Hashable {
    public var person: PersonID
    /// The source that knew the person first.
    public var acquiredFrom = ""
    public var orders = 0
    public var firstOrder: Timestamp?
    /// Net of tax, cancelled lines and what was given back.
    public var revenue: Int64 = 0
    /// Cost of goods, as far as it is known.
    public var goods: Int64 = 0
    /// Packing and sending.
    public var fulfilment: Int64 = 0
    public var acquisition: Int64 = 0
    public var contacts: Int64 = 0
    public var service: Int64 = 0
    /// Credited for referring others, less what was credited to whom referred this person.
    public var referrals: Int64 = 0
    /// Orders left out for want of an amount or of a rate.
    public var ordersWithoutAmount = 0
    public var linesWithoutCost = 0

    public init(person: PersonID) { self.person = person }

    /// Revenue less the cost of goods and of sending them.
    public var margin: Int64 { revenue &- goods &- fulfilment }
    /// What keeping and serving the person costs.
    public var costToServe: Int64 { contacts &+ service }
    public var value: Int64 { margin &- acquisition &- contacts &- service &+ referrals }
}
