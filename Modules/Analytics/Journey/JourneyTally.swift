import RapportCore

/// The first moment of each person in each stage, and the first after it further on, kept in columns: 16 bytes a person and stage.
///
/// Stages are fed one after the other in their order, so that when an event of a later one comes, it is known since when its person has
/// been in those before.
struct JourneyTally {
    private static let never = Int64.max

    /// Where a person stands in the columns; 0: nowhere yet.
    private var places: [Int32]
    private let living: LivingPeople
    private var firsts: [[Int64]]
    private var nexts: [[Int64]]
    private var people = 0

    /// - Parameter living: who counts.
    init(stages: Int, living: LivingPeople) {
        self.living = living
        places = [Int32](repeating: 0, count: living.bound)
        firsts = [[Int64]](repeating: [], count: stages)
        nexts = firsts
    }

    func counts(_ person: PersonID) -> Bool { living.contains(person) }

    /// An event of a stage.
    ///
    /// - Parameter earlier: the stages from which one goes on to this one, and whether an event of this kind is one of theirs, too: then
    ///   it is going on only if it is later, for one event is not two.
    mutating func add(_ person: PersonID, at moment: Int64, stage: Int, earlier: [(stage: Int, sharesKind: Bool)]) {
        guard counts(person) else { return }
        var place = Int(places[Int(person)]) - 1
        if place < 0 {
            place = people
            people += 1
            places[Int(person)] = Int32(people)
            for stage in firsts.indices {
                firsts[stage].append(Self.never)
                nexts[stage].append(Self.never)
            }
        }
        for one in earlier {
            let first = firsts[one.stage][place]
            guard first < moment || (first == moment && !one.sharesKind), moment < nexts[one.stage][place] else { continue }
            nexts[one.stage][place] = moment
        }
        if moment < firsts[stage][place] { firsts[stage][place] = moment }
    }

    /// When a person was first in a stage; `nil`: never.
    func first(_ person: PersonID, in stage: Int) -> Int64? {
        guard counts(person), case let place = Int(places[Int(person)]) - 1, place >= 0 else { return nil }
        return firsts[stage][place] == Self.never ? nil : firsts[stage][place]
    }

    func people(in stage: Int) -> Int { firsts[stage].count { $0 != Self.never } }

    /// How long those who went on took.
    func lengths(of stage: Int) -> [Int64] {
        zip(firsts[stage], nexts[stage]).compactMap { $1 == Self.never ? nil : $1 - $0 }
    }
}
