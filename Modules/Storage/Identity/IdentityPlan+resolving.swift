import RapportCore

extension IdentityPlan {
    /// An identifier that somebody owns.
    private struct Hit {
        var entry: Int
        var origin: PersonID
        var profile: ProfileID
    }

    /// Decides whose a request is, and notes what has to be written for it. `nil` for a request without identifiers.
    ///
    /// - Parameter request: places in the batch, strongest first.
    mutating func resolve(_ request: [Int], _ saying: Saying, using generator: inout some RandomNumberGenerator) -> Resolution? {
        guard !request.isEmpty else { return nil }
        let exclusive = request.filter { !batch.entries[$0].isShared && values[$0].marker == nil }
        let shared = exclusive.count == request.count ? [] : request.filter { !exclusive.contains($0) }
        let hits = exclusive.compactMap { entry in
            values[entry].owner.map { Hit(entry: entry, origin: self.origin(of: $0.profile), profile: $0.profile) }
        }

        var origin: PersonID?
        var ownMarker: Int?
        if let strongest = hits.first {
            if !isContradicted(strongest, by: exclusive) { origin = strongest.origin }
        } else if exclusive.isEmpty {
            (origin, ownMarker) = candidate(of: shared)
        }
        if origin == nil, !exclusive.isEmpty { origin = soleAnonymous(behind: shared, besides: 0) }

        let created = origin == nil
        let isAnonymous = request.allSatisfy { batch.entries[$0].isAnonymous }
        let home = origin ?? makePerson(isAnonymous, seenAt: saying.at, using: &generator)
        let profile = self.profile(for: request, saying, origin: home, hits: hits)
        let person = self.person(of: profile)
        if let ownMarker { fill(ownMarker, with: profile) }
        if !isAnonymous {
            if anonymousOrigins[home] != nil { anonymousOrigins[home] = false }
            for id in [person, home] where people[id]?.anonymous == true {
                people[id]?.anonymous = false
                known.insert(id)
            }
        }

        for hit in hits where self.person(of: hit.profile) != person {
            let pair = Pair(self.person(of: hit.profile), person)
            if reviews[pair] == nil { reviews[pair] = batch.entries[hit.entry].identifier.kind }
        }
        var mergeDue = false
        if !exclusive.isEmpty, let other = soleAnonymous(behind: shared, besides: home), personOf[other] == other {
            due.insert(Pair(other, home))
            mergeDue = true
        }
        for entry in request { claim(entry, for: profile, saying) }
        return Resolution(
            person: person, profile: profile, partition: people[person]?.partition ?? 0, created: created, mergeDue: mergeDue)
    }

    /// Whether the request has a value of a single kind, stronger than the hit, that the hit's person has another value of:
    /// two customer numbers on one email are two customers.
    private func isContradicted(_ hit: Hit, by exclusive: [Int]) -> Bool {
        exclusive.contains { entry in
            let identity = batch.entries[entry]
            guard identity.isSingle, identity.strength > batch.entries[hit.entry].strength,
                let held = singles[SingleKey(origin: hit.origin, kind: identity.kind)]
            else { return false }
            return !held.contains(identity.identifier.value)
        }
    }

    /// Whose an event is that comes with shared values only: the one person behind the strongest of them; with several, the
    /// one known by nothing better. The entry comes back where a marker has nobody yet.
    private func candidate(of shared: [Int]) -> (origin: PersonID?, marker: Int?) {
        for entry in shared {
            let value = values[entry]
            if let marker = value.marker { return marker == 0 ? (nil, entry) : (origin(of: marker), nil) }
            let claims = value.claims + (value.owner.map { [$0] } ?? [])
            guard let first = claims.first else { continue }
            let origins = Set(claims.map { origin(of: $0.profile) })
            return (origins.count == 1 ? origin(of: first.profile) : origins.subtracting(owners).min(), nil)
        }
        return (nil, nil)
    }

    /// The one origin other than `home` behind an anonymous kind's value, if it is anonymous.
    private func soleAnonymous(behind shared: [Int], besides home: PersonID) -> PersonID? {
        for entry in shared where batch.entries[entry].isAnonymous {
            let value = values[entry]
            guard value.marker == nil else { continue }
            let others = Set(value.claims.map { origin(of: $0.profile) }).subtracting([home])
            if let other = others.first, others.count == 1, isAnonymous(origin: other) { return other }
        }
        return nil
    }

    private mutating func makePerson(
        _ isAnonymous: Bool, seenAt: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> PersonID {
        let publicID = PublicID(at: now, using: &generator)
        newPeople.append(NewPerson(publicID: publicID, anonymous: isAnonymous, seenAt: seenAt))
        let id = -PersonID(newPeople.count)
        personOf[id] = id
        people[id] = Person(partition: publicID.partition, anonymous: isAnonymous)
        return id
    }

    /// The source's own profile of the origin: the one that an identifier of the request names, else its first, else a new one.
    private mutating func profile(for request: [Int], _ saying: Saying, origin: PersonID, hits: [Hit]) -> ProfileID {
        func fits(_ profile: ProfileID) -> Bool {
            profiles[profile].map { $0.source == saying.source && $0.origin == origin } ?? false
        }
        if let hit = hits.first(where: { fits($0.profile) }) { return hit.profile }
        for entry in request where !values[entry].claims.isEmpty {
            if let claim = values[entry].claims.first(where: { fits($0.profile) }) { return claim.profile }
        }
        let key = SourceOrigin(source: saying.source, origin: origin)
        if let profile = profileOf[key] { return profile }
        let person = personOf[origin] ?? origin
        newProfiles.append(NewProfile(source: saying.source, origin: origin, person: person, at: now))
        let id = -ProfileID(newProfiles.count)
        profiles[id] = Profile(source: saying.source, origin: origin, person: person)
        profileOf[key] = id
        return id
    }

    private mutating func fill(_ marker: Int, with profile: ProfileID) {
        values[marker].marker = profile
        if let index = newMarkers.firstIndex(where: { $0.entry == marker }) {
            newMarkers[index].profile = profile
        } else {
            filledMarkers.append((marker, profile))
        }
    }

    /// Notes that the profile's source says the identifier of it.
    private mutating func claim(_ entry: Int, for profile: ProfileID, _ saying: Saying) {
        let origin = origin(of: profile)
        if batch.entries[entry].isSingle {
            singles[SingleKey(origin: origin, kind: batch.entries[entry].kind), default: []].insert(value(of: entry))
        }
        if let owner = values[entry].owner, owner.profile == profile {
            values[entry].owner = confirmed(owner, entry, by: saying)
            return
        }
        if let index = values[entry].claims.firstIndex(where: { $0.profile == profile }) {
            values[entry].claims[index] = confirmed(values[entry].claims[index], entry, by: saying)
            return
        }
        let isMarked = values[entry].marker != nil
        let owns = values[entry].owner == nil && !isMarked && !batch.entries[entry].isShared
        newClaims.append(
            NewClaim(
                entry: entry, owns: owns, profile: profile, batch: saying.batch, at: saying.at, mayExist: isMarked,
                isNews: !isMarked && !batch.entries[entry].isAnonymous
                    && (!values[entry].isKnown || !people(behind: values[entry]).contains(person(of: profile)))))
        let claim = Claim(profile: profile, batch: saying.batch)
        if owns {
            values[entry].owner = claim
            owners.insert(origin)
        } else if !isMarked {
            values[entry].claims.append(claim)
        }
        let claims = values[entry].claims.count + (values[entry].owner == nil ? 0 : 1)
        if !isMarked, claims > batch.entries[entry].sharedOver,
            origins(of: values[entry]).count > batch.entries[entry].sharedOver
        {
            values[entry].marker = 0
            newMarkers.append((entry, 0))
        }
    }

    private func origins(of value: Value) -> Set<PersonID> {
        Set((value.claims + (value.owner.map { [$0] } ?? [])).map { origin(of: $0.profile) })
    }

    /// The claim, after another import or live intake has said it again.
    private mutating func confirmed(_ claim: Claim, _ entry: Int, by saying: Saying) -> Claim {
        guard claim.batch != saying.batch else { return claim }
        if saying.batch != 0 {
            furtherClaims.append((entry, claim.profile, saying.batch))
            return claim
        }
        furtherClaims.append((entry, claim.profile, claim.batch))
        nowLive.append((entry, claim.profile))
        return Claim(profile: claim.profile, batch: 0)
    }
}
