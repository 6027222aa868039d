extension StepContext {
    /// The numbers, by name, of the kinds of which the events in hand are, those that a reactor is not shown included.
    ///
    /// Most events are of a few kinds and most folds wait for others, so this is asked before anything is read; and since each event
    /// names its kind's number, none can be missed that another process has just made.
    ///
    /// - Throws: `Problem` `catalog.missing` for a number that no kind has.
    public func kinds() throws -> [String: Int64] {
        if let kindsInHand { return kindsInHand }
        var kinds: [String: Int64] = [:]
        var last: Int64?
        for event in inHand where event.kind != last {
            last = event.kind
            kinds[try name(ofKind: event.kind)] = event.kind
        }
        kindsInHand = kinds
        return kinds
    }

    /// Whether an event in hand is of one of these kinds.
    public func hasEvents(of kinds: Set<String>) throws -> Bool { try self.kinds().keys.contains(where: kinds.contains) }

    private func name(ofKind id: Int64) throws -> String {
        if let name = kindNames[id] { return name }
        let name = try catalog.kind(id, in: db).name
        kindNames[id] = name
        return name
    }
}
