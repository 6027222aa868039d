import RapportCore
public import RapportStorage

/// What segments, permission, decisions and delivery keep of people.
public struct EngagementPersonalData: PersonalData {
    public init() {}

    public var tables: [PersonalTable] { permission + decision + segments + delivery }

    private var permission: [PersonalTable] {
        let scope: [String: PersonalMeaning] = ["brand": .scope, "topic": .scope, "channel": .scope]
        return [
            PersonalTable(
                "permissions", [.people("person")], erased: .delete,
                meanings: scope.merging([
                    "basis": .words(Self.bases), "status": .words([0: "pending", 1: "granted", 2: "confirmed"]),
                ]) { $1 }),
            PersonalTable("withdrawals", [.people("person")], erased: .delete, meanings: scope),
            PersonalTable("objections", [.people("person")], erased: .delete, meanings: scope),
            PersonalTable("restrictions", [.people("person")], erased: .delete),
            PersonalTable(
                "suppressions", [.addresses("address"), .people("person")],
                erased: .clear([("person", .integer(0)), ("details", .text("{}"))]),
                meanings: [
                    "address": .hidden, "kind": .words([0: "bounce", 1: "complaint", 2: "manual"]), "lifted_at": .moment,
                ]),
            PersonalTable("preferences", [.people("person")], erased: .delete),
            PersonalTable(
                "questions", [.people("person")], erased: .delete,
                meanings: ["asked_at": .moment, "answered_at": .moment, "declined_at": .moment]),
        ]
    }

    private var decision: [PersonalTable] {
        [
            PersonalTable(
                "standings", [.people("person")], erased: .delete, meanings: ["fact": .symbol, "until": .moment]),
            PersonalTable(
                "contacts", [.people("person")], erased: .delete,
                meanings: ["channel": .symbol, "topic": .symbol, "class": .words(Self.classes)]),
            .nobody("policies"), .nobody("receipt_shapes"),
            PersonalTable("receipts", [.people("person")], shown: .not(.elsewhere), erased: .keep(.account)),
            PersonalTable("drops", [.people("person")], shown: .not(.elsewhere), erased: .keep(.account)),
        ]
    }

    private var segments: [PersonalTable] {
        [
            .nobody("segments"), .nobody("segment_counts"), .nobody("segment_fills"), .nobody("lifecycle_counts"),
            .nobody("lifecycle_fills"),
            PersonalTable("lifecycle_now", [.people("person")], erased: .keep(.step), meanings: ["stage": .symbol]),
            PersonalTable(
                "lifecycle_changes", [.people("person")], erased: .keep(.step),
                meanings: [
                    "place": .hidden, "was": .symbol, "stage": .symbol, "cause": .words([0: "an event", 1: "time passed"]),
                ]),
            PersonalTable(
                "membership", [.people("person")], erased: .keep(.step),
                meanings: ["segment": .name(table: "segments", key: "id", column: "name", zero: "everybody")]),
        ]
    }

    private var delivery: [PersonalTable] {
        [
            .nobody("acts"), .nobody("act_counts"), .nobody("campaigns"), .nobody("campaign_steps"),
            PersonalTable("campaign_slices", [], shown: .not(.numbers), erased: .keep(.numbers), meanings: ["person": .hidden]),
            PersonalTable(
                "messages", [.people("person")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("provider_ids", [.people("person")], erased: .delete),
            PersonalTable("clicks", [.people("person")], erased: .delete),
            PersonalTable("proofs", [], shown: .not(.house), erased: .byModule),
            PersonalTable("report_mails", [], shown: .not(.house), erased: .byModule),
        ]
    }

    private static let bases = Dictionary(Basis.allCases.map { (Int64($0.rawValue), $0.name) }) { first, _ in first }
    private static let classes: [Int64: String] = [0: "marketing", 1: "service", 2: "security", 3: "notice"]

    public func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        // Copies of messages for colleagues, to an address that is the person's.
        let addresses = Set(subject.identifiers.map(\.value))
        func isTheirs(_ address: String) -> Bool { addresses.contains(address) || subject.traces.isIn(address) }
        let proofs = try db.all("SELECT id, address FROM proofs ORDER BY id") { ($0.integer(0), $0.text(1)) }
            .filter { isTheirs($0.1) }.map(\.0)
        // Whoever still gets reports as a colleague goes on getting each once.
        let colleagues = Set(try ReportPlan.all(in: db).flatMap(\.to))
        let recipients = try db.all("SELECT DISTINCT recipient FROM report_mails ORDER BY recipient") { $0.text(0) }
            .filter { !colleagues.contains($0) && isTheirs($0) }
        var work: [ErasureWork] = []
        if !proofs.isEmpty {
            work.append(
                ErasureWork { db in
                    ErasedPlace("proofs", try db.run("DELETE FROM proofs WHERE id IN \(list: proofs)"))
                })
        }
        if !recipients.isEmpty {
            work.append(
                ErasureWork { db in
                    ErasedPlace(
                        "report_mails", try db.run("DELETE FROM report_mails WHERE recipient IN \(list: recipients)"))
                })
        }
        return work
    }

    public func isLeaving(_ subject: DataSubject, in db: Connection) throws -> Bool {
        let states = try db.all(
            "SELECT state FROM messages WHERE person IN \(list: subject.people) ORDER BY person, act\(raw: db.forUpdate)"
        ) { $0.integer(0) }
        return states.contains(MessageState.handingOver.rawValue)
    }

    public func erase(_ subject: DataSubject, in db: Connection) throws -> [ErasedPlace] {
        // What passed the gate and has not left passes it again, and goes no further.
        try db.run(
            """
            UPDATE messages SET state = \(MessageState.queued.rawValue), epoch = 0
            WHERE person IN \(list: subject.people) AND state = \(MessageState.claimed.rawValue)
            """)
        try ErasedAddresses.remember(subject.identifiers.filter { $0.kind != "device" }.map { AddressHash.of($0) }, in: db)
        // What stands instead of the address is no hash of anything, and one of a kind in its act.
        let messages = try db.run("UPDATE messages SET address = 0 - person WHERE person IN \(list: subject.people)")
        return [ErasedPlace("messages", messages)]
    }
}
