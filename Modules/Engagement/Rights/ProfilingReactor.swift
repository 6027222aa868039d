import RapportCore
public import RapportStorage

/// Takes back what the house has concluded of somebody who objects to being profiled (GDPR, article 21), when the objection comes;
/// and what an analysis still says of them afterwards, because it was reckoning when it came.
///
/// Who is restricted keeps what stands: article 18 has it kept and not used.
public struct ProfilingReactor: Reactor {
    public let name = "profiling"
    public var handlesHistory: Bool { true }

    public init() {}

    public func react(to events: [Event], in step: StepContext) throws {
        let kinds = try step.kinds()
        let objection = kinds[PermissionAct.Kind.objected.rawValue]
        let identified = kinds[FieldsFold.eventKind]
        var causes: [PersonID: Event] = [:]
        var own: Int64?
        for event in events where event.person != 0 {
            if event.kind == identified {
                if own == nil { own = try step.catalog.sources([Conclusions.source], in: step.db)[Conclusions.source]?.id ?? -1 }
                guard event.source == own else { continue }
            } else if event.kind != objection {
                continue
            }
            causes[event.person] = event
        }
        guard !causes.isEmpty else { return }
        let objected = try Unprofiled.read(of: causes.keys.sorted(), in: step.db).objected
        for event in try Conclusions.takingBack(of: objected.sorted(), in: step.db) {
            if let cause = event.person.flatMap({ causes[$0] }) { step.append(event, because: cause) }
        }
    }
}
