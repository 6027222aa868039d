import RapportCore

extension IdentityPlan {
    /// An identifier that somebody owns.
    private struct Hit {
        var identifier: Identifier
        var origin: PersonID
        var profile: ProfileID
    }

    /// Decides whose a request is, and notes what has to be written for it. `nil` for a request without identifiers.
    mutating func resolve(_ request: IdentityRequest, using generator: inout some RandomNumberGenerator) -> Resolution? {
        guard !request.identifiers.isEmpty else { return nil }
        let shared = request.identifiers.filter { rules.isShared($0) || values[$0]?.marker != nil }
        let exclusive = request.identifiers.filter { !shared.contains($0) }
        let hits = exclusive.compactMap { identifier in
            values[identifier]?.owner.map {
                Hit(identifier: identifier, origin: self.origin(of: $0.profile), profile: $0.profile)
            }
        }

        var origin: PersonID?
        var ownMarker: Identifier?
        if let strongest = hits.first {
            if !isContradicted(strongest, by: exclusive) { origin = strongest.origin }
        } else if exclusive.isEmpty {
            (origin, ownMarker) = candidate(of: shared)
        }
        if origin == nil, !exclusive.isEmpty { origin = soleAnonymous(behind: shared, besides: 0) }

        let created = origin == nil
        let home = origin ?? makePerson(for: request, using: &generator)
        let profile = self.profile(for: request, origin: home, hits: hits, shared: shared)
        let person = self.person(of: profile)
        if let ownMarker { fill(ownMarker, with: profile) }
        if !isAnonymous(request) {
            if anonymousOrigins[home] != nil { anonymousOrigins[home] = false }
            for id in Set([person, home]) where people[id]?.anonymous == true {
                people[id]?.anonymous = false
                known.insert(id)
            }
        }

        for hit in hits where self.person(of: hit.profile) != person {
            let pair = Pair(self.person(of: hit.profile), person)
            if reviews[pair] == nil { reviews[pair] = hit.identifier.kind }
        }
        var mergeDue = false
        if !exclusive.isEmpty, let other = soleAnonymous(behind: shared, besides: home), personOf[other] == other {
            due.insert(Pair(other, home))
            mergeDue = true
        }
        for identifier in request.identifiers { claim(identifier, for: profile, request) }
        return Resolution(
            person: person, profile: profile, partition: people[person]?.partition ?? 0, created: created, mergeDue: mergeDue)
    }

    /// Whether the request has a value of a single kind, stronger than the hit, that the hit's person has another value of:
    /// two customer numbers on one email are two customers.
    private func isContradicted(_ hit: Hit, by exclusive: [Identifier]) -> Bool {
        exclusive.contains { identifier in
            guard rules.kind(identifier.kind)?.single == true, rules.strength(identifier) > rules.strength(hit.identifier),
                let held = singles[hit.origin]?[identifier.kind]
            else { return false }
            return !held.contains(identifier.value)
        }
    }

    /// Whose an event is that comes with shared values only: the one person behind the strongest of them; with several, the
    /// one known by nothing better. The identifier comes back where a marker has nobody yet.
    private func candidate(of shared: [Identifier]) -> (origin: PersonID?, marker: Identifier?) {
        for identifier in shared {
            guard let value = values[identifier] else { continue }
            if let marker = value.marker { return marker == 0 ? (nil, identifier) : (origin(of: marker), nil) }
            let claims = value.claims + (value.owner.map { [$0] } ?? [])
            guard let first = claims.first else { continue }
            let origins = Set(claims.map { origin(of: $0.profile) })
            return (origins.count == 1 ? origin(of: first.profile) : origins.subtracting(owners).min(), nil)
        }
        return (nil, nil)
    }

    /// The one origin other than `home` behind an anonymous kind's value, if it is anonymous.
    private func soleAnonymous(behind shared: [Identifier], besides home: PersonID) -> PersonID? {
        for identifier in shared where rules.kind(identifier.kind)?.anonymous == true {
            guard let value = values[identifier], value.marker == nil else { continue }
            let others = Set(value.claims.map { origin(of: $0.profile) }).subtracting([home])
            if let other = others.first, others.count == 1, isAnonymous(origin: other) { return other }
        }
        return nil
    }

    private func isAnonymous(_ request: IdentityRequest) -> Bool {
        request.identifiers.allSatisfy { rules.kind($0.kind)?.anonymous == true }
    }

    private mutating func makePerson(for request: IdentityRequest, using generator: inout some RandomNumberGenerator) -> PersonID
    {
        let publicID = PublicID(at: now, using: &generator)
        newPeople.append(NewPerson(publicID: publicID, anonymous: isAnonymous(request), seenAt: request.at))
        let id = -PersonID(newPeople.count)
        personOf[id] = id
        people[id] = Person(partition: publicID.partition, anonymous: isAnonymous(request))
        return id
    }

    /// The source's own profile of the origin: the one that an identifier of the request names, else its first, else a new one.
    private mutating func profile(for request: IdentityRequest, origin: PersonID, hits: [Hit], shared: [Identifier]) -> ProfileID
    {
        func fits(_ profile: ProfileID) -> Bool {
            profiles[profile].map { $0.source == request.source && $0.origin == origin } ?? false
        }
        if let hit = hits.first(where: { fits($0.profile) }) { return hit.profile }
        for identifier in request.identifiers {
            if let claim = values[identifier]?.claims.first(where: { fits($0.profile) }) { return claim.profile }
        }
        let key = SourceOrigin(source: request.source, origin: origin)
        if let profile = profileOf[key] { return profile }
        let person = personOf[origin] ?? origin
        newProfiles.append(NewProfile(source: request.source, origin: origin, person: person, at: now))
        let id = -ProfileID(newProfiles.count)
        profiles[id] = Profile(source: request.source, origin: origin, person: person)
        profileOf[key] = id
        return id
    }

    private mutating func fill(_ marker: Identifier, with profile: ProfileID) {
        values[marker]?.marker = profile
        if let index = newMarkers.firstIndex(where: { $0.identifier == marker }) {
            newMarkers[index].profile = profile
        } else {
            filledMarkers.append((marker, profile))
        }
    }

    /// Notes that the profile's source says the identifier of it.
    private mutating func claim(_ identifier: Identifier, for profile: ProfileID, _ request: IdentityRequest) {
        var value = values[identifier] ?? Value()
        let origin = origin(of: profile)
        if rules.kind(identifier.kind)?.single == true {
            singles[origin, default: [:]][identifier.kind, default: []].insert(identifier.value)
        }
        defer { values[identifier] = value }
        if let owner = value.owner, owner.profile == profile {
            value.owner = confirmed(owner, identifier, by: request)
            return
        }
        if let index = value.claims.firstIndex(where: { $0.profile == profile }) {
            value.claims[index] = confirmed(value.claims[index], identifier, by: request)
            return
        }
        let owns = value.owner == nil && value.marker == nil && !rules.isShared(identifier)
        newClaims.append(
            NewClaim(
                identifier: identifier, owns: owns, profile: profile, batch: request.batch, at: request.at,
                mayExist: value.marker != nil))
        let claim = Claim(profile: profile, batch: request.batch)
        if owns {
            value.owner = claim
            owners.insert(origin)
        } else if value.marker == nil {
            value.claims.append(claim)
        }
        let people = Set((value.claims + (value.owner.map { [$0] } ?? [])).map { self.origin(of: $0.profile) })
        if value.marker == nil, people.count > rules.sharedOver(identifier) {
            value.marker = 0
            newMarkers.append((identifier, 0))
        }
    }

    /// The claim, after another import or live intake has said it again.
    private mutating func confirmed(_ claim: Claim, _ identifier: Identifier, by request: IdentityRequest) -> Claim {
        guard claim.batch != request.batch else { return claim }
        if request.batch != 0 {
            furtherClaims.append((identifier, claim.profile, request.batch))
            return claim
        }
        furtherClaims.append((identifier, claim.profile, claim.batch))
        nowLive.append((identifier, claim.profile))
        return Claim(profile: claim.profile, batch: 0)
    }
}
