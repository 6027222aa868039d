import RapportCore

/// What one batch knows of identifiers, profiles and people, and what it will add. New people and profiles have negative
/// numbers until they are written.
struct IdentityPlan {
    /// One profile that a value was said of.
    struct Claim {
        var profile: ProfileID
        var batch: Int64
    }

    /// What is known of a value.
    struct Value {
        var owner: Claim?
        var claims: [Claim] = []
        var isKnown: Bool { owner != nil || !claims.isEmpty || marker != nil }
        /// More people than the rules allow have it. The claim is the profile known by nothing else, or 0.
        var marker: ProfileID?
    }

    struct Profile {
        var source: Int64
        var origin: PersonID
        /// Whose it is now.
        var person: PersonID
    }

    struct Person {
        var partition: Int
        var anonymous: Bool
    }

    struct SourceOrigin: Hashable {
        var source: Int64
        var origin: PersonID
    }

    struct NewPerson {
        var publicID: PublicID
        var anonymous: Bool
        var seenAt: Timestamp
    }

    struct NewProfile {
        var source: Int64
        var origin: PersonID
        var person: PersonID
        var at: Timestamp
    }

    /// Who says a request's identifiers, when, and in which import.
    struct Saying {
        var source: Int64
        var at: Timestamp
        var batch: Int64
    }

    struct NewClaim {
        /// The value's place in the batch.
        var entry: Int
        var owns: Bool
        var profile: ProfileID
        var batch: Int64
        var at: Timestamp
        /// Whether the row may be there already, because not all rows of the value were read.
        var mayExist: Bool
        /// Whether nobody has said the value of the person before: another source that says it again tells nothing new, and neither
        /// does a device.
        var isNews: Bool
    }

    struct Pair: Hashable {
        var low: PersonID
        var high: PersonID

        init(_ one: PersonID, _ other: PersonID) {
            low = min(one, other)
            high = max(one, other)
        }
    }

    /// Values of a single kind that an origin has.
    struct SingleKey: Hashable {
        var origin: PersonID
        /// The kind's place in the batch.
        var kind: Int
    }

    let batch: IdentityBatch
    /// The numbers of the batch's kinds.
    let kinds: [Int64]
    let now: Timestamp

    /// By the batch's entries.
    var values: [Value]
    var profiles: [ProfileID: Profile] = [:]
    var profileOf: [SourceOrigin: ProfileID] = [:]
    /// Who has an origin's profiles now; an origin that nobody merged has them itself.
    var personOf: [PersonID: PersonID] = [:]
    var people: [PersonID: Person] = [:]
    var singles: [SingleKey: Set<String>] = [:]
    /// Of origins of merged people: whether they were anonymous if nobody had merged them. For others the person's word holds.
    var anonymousOrigins: [PersonID: Bool] = [:]
    /// Origins that own a value.
    var owners: Set<PersonID> = []

    var newPeople: [NewPerson] = []
    var newProfiles: [NewProfile] = []
    var newClaims: [NewClaim] = []
    /// Claims of further imports on a row that is there, and rows whose batch changes to live.
    var furtherClaims: [(entry: Int, profile: ProfileID, batch: Int64)] = []
    var nowLive: [(entry: Int, profile: ProfileID)] = []
    var newMarkers: [(entry: Int, profile: ProfileID)] = []
    var filledMarkers: [(entry: Int, profile: ProfileID)] = []
    var known: Set<PersonID> = []
    var reviews: [Pair: String] = [:]
    /// Pairs of origins of which one is anonymous and turned out to be the other.
    var due: Set<Pair> = []

    init(batch: IdentityBatch, kinds: [Int64], now: Timestamp) {
        self.batch = batch
        self.kinds = kinds
        self.now = now
        values = Array(repeating: Value(), count: batch.entries.count)
    }

    /// The number of an entry's kind.
    func kind(of entry: Int) -> Int64 { kinds[batch.entries[entry].kind] }
    func value(of entry: Int) -> String { batch.entries[entry].identifier.value }
    /// Whose the profile is now.
    func person(of profile: ProfileID) -> PersonID { profiles[profile]?.person ?? 0 }
    func origin(of profile: ProfileID) -> PersonID { profiles[profile]?.origin ?? 0 }
    func isAnonymous(origin: PersonID) -> Bool { anonymousOrigins[origin] ?? people[origin]?.anonymous ?? false }
}
