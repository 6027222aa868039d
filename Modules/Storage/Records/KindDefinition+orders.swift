import RapportCore

extension KindDefinition {
    /// The typed values of an event's properties, as `values(of:)` has them. An order that says what its lines cost and states no
    /// total has the one that its lines come to, with shipping, as reports of revenue reckon it (`OrderMoney`).
    func slotValues(of properties: JSONValue) -> [SlotValue?] {
        var values = values(of: properties)
        guard name == "order.placed", let slot = slot(of: "total"), case .money(let currency) = slots[slot].type,
            currency == "currency", values[slot] == nil, properties["total"] == nil, properties["lines"] != nil
        else { return values }
        values[slot] = OrderMoney(PlacedOrder(properties), at: .distantPast).total.map { .integer($0) }
        return values
    }
}
