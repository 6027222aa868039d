import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit

/// A delivery house with the real decision, ledger and gate: the parts that differ from a scripted one.
struct RealHouse {
    let house: DeliveryHouse
    let store = DecisionStore()

    var gate: DeskGatekeeper {
        DeskGatekeeper(
            desk: DecisionDesk(book: PolicyBook(catalog: house.catalog), store: store), catalog: house.catalog,
            channels: house.channels(), templates: house.templates)
    }

    var desk: CampaignDesk {
        CampaignDesk(
            database: house.database, gatekeeper: gate, audience: house.audience, templates: house.templates,
            brands: ["shop"], channels: ["mail"], clock: house.clock)
    }

    var runner: CampaignRunner {
        CampaignRunner(database: house.database, gatekeeper: gate, audience: house.audience, clock: house.clock)
    }

    func sender(bulk: Int = 10, policy: DeliveryPolicy = DeliveryPolicy()) throws -> Sender {
        Sender(
            database: house.database, door: house.door, gatekeeper: gate, contents: TestContents(),
            templates: house.templates, writer: try house.writer(), channels: house.channels(bulk: bulk), ledger: house.ledger,
            clock: house.clock, policy: policy, isLocked: { _ in false })
    }

    func signer() throws -> LinkSigner {
        try LinkSigner(base: "https://news.example.com", keys: [LinkKey(id: 1, secret: Array(1...32))])
    }

    func preferring() throws -> PreferencesUseCase {
        PreferencesUseCase(
            database: house.database, signer: try signer(), door: house.door, ledger: house.ledger,
            channels: ["email", "phone"], clock: house.clock)
    }

    /// A worker's step over what this house has on its log.
    func step() async throws {
        var lab = LogLab(house.database, clock: house.clock)
        lab.folds += [PermissionsFold(ledger: PermissionLedger(catalog: lab.catalog)), PreferencesFold()]
        try await lab.runner().drain(house.leases())
    }

    func unsubscribing() throws -> UnsubscribeUseCase {
        UnsubscribeUseCase(
            database: house.database, signer: try signer(), door: house.door, ledger: house.ledger, clock: house.clock)
    }

    /// Everyone has an address; people up to `permitted` gave consent.
    func prepare(permitted: Int64) async throws {
        let now = house.clock.now
        try await house.database.write { [house] db in
            let numbers = try house.catalog.symbols(["shop", "offers", "email"], in: db)
            try db.run("INSERT INTO identifier_kinds (id, name) VALUES (1, 'email')")
            for person in 1...Int64(house.people) {
                try db.run(
                    """
                    INSERT INTO identifiers (kind, value, holder, profile, person, batch, first_seen)
                    VALUES (1, \("p\(person)@example.com"), 0, \(person), \(person), 0, \(now))
                    """)
                guard person <= permitted else { continue }
                try db.run(
                    """
                    INSERT INTO permissions (person, id, profile, brand, topic, channel, basis, status, proven, imported, at,
                                             source, details)
                    VALUES (\(person), \(person), \(person), \(numbers["shop"]), \(numbers["offers"]), \(numbers["email"]), 0, 1,
                            1, 0, \(now - .days(9)), 1, '{}')
                    """)
            }
            for (name, topicClass) in [("offers", "marketing"), ("events", "marketing"), ("orders", "service")] {
                let body: JSONValue = ["class": .string(topicClass), "title": .string("Our \(name)")]
                try db.run(
                    """
                    INSERT INTO definitions (kind, name, version, body, applied_at, actor)
                    VALUES ('topic', \(name), 1, \(body.text), \(now), 'test')
                    """)
            }
        }
    }

    func launch() async throws {
        _ = try await desk.draft("spring", DeliveryHouse.plan, actor: "ana")
        _ = try await desk.approve("spring", actor: "ben")
        _ = try await desk.send("spring", actor: "ana")
    }

    var explainer: Explainer {
        Explainer(
            book: PolicyBook(catalog: house.catalog), store: store, texts: .english, naming: { person, _ in "P\(person)" })
    }

    /// What is said about `subject`, each sentence with its details.
    func why(_ subject: String) async throws -> [Explanation] {
        try await house.database.read { [explainer] db in try explainer.explain(subject: subject, in: db) }
    }

    func token(_ url: String?) -> String { String(url?.split(separator: "/").last ?? "") }
}
