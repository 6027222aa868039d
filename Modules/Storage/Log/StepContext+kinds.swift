extension StepContext {
    /// The numbers, by name, of the kinds of which `events` are. Most events are of a few kinds and most folds wait for others, so this
    /// is asked before anything is read; and since each event names its kind's number, none can be missed that another process has just
    /// made.
    public func kinds(of events: [Event]) throws -> [String: Int64] {
        var kinds: [String: Int64] = [:]
        var last: Int64?
        for event in events where event.kind != last {
            last = event.kind
            kinds[try name(ofKind: event.kind)] = event.kind
        }
        return kinds
    }

    private func name(ofKind id: Int64) throws -> String {
        if let name = kindNames[id] { return name }
        let name = try catalog.kind(id, in: db).name
        kindNames[id] = name
        return name
    }
}
