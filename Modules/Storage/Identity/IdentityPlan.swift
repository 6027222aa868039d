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

    struct NewClaim {
        var identifier: Identifier
        var owns: Bool
        var profile: ProfileID
        var batch: Int64
        var at: Timestamp
        /// Whether the row may be there already, because not all rows of the value were read.
        var mayExist: Bool
    }

    struct Pair: Hashable {
        var low: PersonID
        var high: PersonID

        init(_ one: PersonID, _ other: PersonID) {
            low = min(one, other)
            high = max(one, other)
        }
    }

    let rules: IdentityRules
    let kinds: [String: Int64]
    let now: Timestamp

    var values: [Identifier: Value] = [:]
    var profiles: [ProfileID: Profile] = [:]
    var profileOf: [SourceOrigin: ProfileID] = [:]
    /// Who has an origin's profiles now; an origin that nobody merged has them itself.
    var personOf: [PersonID: PersonID] = [:]
    var people: [PersonID: Person] = [:]
    /// Values of single kinds per origin and kind.
    var singles: [PersonID: [String: Set<String>]] = [:]
    /// Of origins of merged people: whether they were anonymous if nobody had merged them. For others the person's word holds.
    var anonymousOrigins: [PersonID: Bool] = [:]
    /// Origins that own a value.
    var owners: Set<PersonID> = []

    var newPeople: [NewPerson] = []
    var newProfiles: [NewProfile] = []
    var newClaims: [NewClaim] = []
    /// Claims of further imports on a row that is there, and rows whose batch changes to live.
    var furtherClaims: [(identifier: Identifier, profile: ProfileID, batch: Int64)] = []
    var nowLive: [(identifier: Identifier, profile: ProfileID)] = []
    var newMarkers: [(identifier: Identifier, profile: ProfileID)] = []
    var filledMarkers: [(identifier: Identifier, profile: ProfileID)] = []
    var known: Set<PersonID> = []
    var reviews: [Pair: String] = [:]
    /// Pairs of origins of which one is anonymous and turned out to be the other.
    var due: Set<Pair> = []

    init(rules: IdentityRules, kinds: [String: Int64], now: Timestamp) {
        self.rules = rules
        self.kinds = kinds
        self.now = now
    }

    /// Whose the profile is now.
    func person(of profile: ProfileID) -> PersonID { profiles[profile]?.person ?? 0 }
    func origin(of profile: ProfileID) -> PersonID { profiles[profile]?.origin ?? 0 }
    func isAnonymous(origin: PersonID) -> Bool { anonymousOrigins[origin] ?? people[origin]?.anonymous ?? false }
}
