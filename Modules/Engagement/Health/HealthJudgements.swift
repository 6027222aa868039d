import RapportCore
import Synchronization

/// What was judged of texts so far, for pages that are read one after the other: a judgement holds whatever becomes of its page.
final class HealthJudgements: Sendable {
    private let validity: Mutex<HealthValidity>

    init(_ validity: HealthValidity) { self.validity = Mutex(validity) }

    func use<Result: Sendable>(_ body: (inout HealthValidity) throws -> Result) throws -> Result {
        try validity.withLock { try body(&$0) }
    }
}
