/// What the store itself keeps of people: the log, the record, identity.
public struct StoredPersonalData: PersonalData {
    public init() {}

    public var tables: [PersonalTable] { log + identity + records + context + matching + rights }

    private var log: [PersonalTable] {
        [
            .nobody("settings"), .nobody("partitions"), .nobody("cursors"), .nobody("kinds"), .nobody("sources"),
            .nobody("workers"), .nobody("rates"), .nobody("undeclared"), .nobody("slot_fills"), .nobody("golden_fills"),
            .nobody("moved_events", .numbers),
            PersonalTable("events", [.people("person")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("timeline", [.people("person")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("symbols", [], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("dedupe", [], shown: .not(.numbers), erased: .byModule),
            PersonalTable("totals", [.people("person")], erased: .delete, meanings: ["kind": .kind]),
            PersonalTable("openings", [.profiles("profile")], erased: .delete, meanings: ["kind": .kind]),
            PersonalTable("timers", [.people("person")], erased: .delete),
            // Whoever waited behind an event that threw need not any more: it says nothing now.
            PersonalTable(
                "held", [.people("person")], erased: .clear([("reason", .text("")), ("retry", .integer(1))]),
                meanings: ["since": .moment, "retry": .hidden]),
            PersonalTable("held_events", [.people("person")], shown: .not(.elsewhere), erased: .keep(.numbers)),
            PersonalTable("refusals", [.people("person")], erased: .delete),
        ]
    }

    private var identity: [PersonalTable] {
        [
            PersonalTable("people", [.people("id")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("profiles", [.people("person")], erased: .keep(.numbers), meanings: ["origin": .hidden]),
            .nobody("identifier_kinds"), .nobody("numbers"), .nobody("fields"), .nobody("definitions"),
            PersonalTable("identifiers", [.people("person")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable(
                "identifier_claims", [.profiles("profile")], erased: .delete,
                meanings: [
                    "kind": .name(table: "identifier_kinds", key: "id", column: "name", zero: nil),
                    "batch": .name(table: "imports", key: "id", column: "name", zero: nil),
                ]),
            PersonalTable("personal_values", [.profiles("profile")], shown: .not(.elsewhere), erased: .delete),
            PersonalTable(
                "provenance", [.profiles("profile"), .people("person")], shown: .not(.elsewhere), erased: .delete),
            PersonalTable("golden", [.people("person")], shown: .not(.elsewhere), erased: .delete),
            PersonalTable("words", [.people("person")], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable(
                "confirmations", [.people("person")], erased: .delete,
                meanings: ["kind": .name(table: "identifier_kinds", key: "id", column: "name", zero: nil)]),
            PersonalTable("address_confirmations", [.people("person")], erased: .delete, meanings: ["address": .hidden]),
            PersonalTable(
                "merges", [.people("survivor"), .people("loser")],
                erased: .clear([("reason", .text("")), ("undo", .text("{}"))]),
                meanings: ["survivor": .person, "loser": .person, "undo": .hidden]),
            PersonalTable(
                "reviews", [.people("low"), .people("high")], erased: .delete, meanings: ["low": .person, "high": .person]),
        ]
    }

    private var records: [PersonalTable] {
        [
            .nobody("accounts", .companies), .nobody("products", .companies), .nobody("record_events", .companies),
            .nobody("record_words", .companies),
            PersonalTable("person_accounts", [.people("person")], erased: .delete),
            PersonalTable("order_events", [.people("person")], erased: .delete),
            PersonalTable("order_facts", [.people("person")], shown: .not(.elsewhere), erased: .delete),
        ]
    }

    private var context: [PersonalTable] {
        let hidden: [String: PersonalMeaning] = ["place": .hidden, "dated": .hidden]
        return [
            PersonalTable(
                "affiliations", [.people("person")], erased: .delete,
                meanings: hidden.merging([
                    "main": .words([0: "", 1: "primary"]), "ended_partition": .hidden, "ended_position": .hidden,
                ]) { $1 }),
            PersonalTable(
                "relations", [.people("person")], erased: .delete,
                meanings: hidden.merging(["tie": .hidden, "side": .hidden]) { $1 }),
            PersonalTable(
                "household_stays", [.people("person")], erased: .delete, meanings: hidden.merging(["household": .symbol]) { $1 }),
        ]
    }

    private var matching: [PersonalTable] {
        [
            PersonalTable("match_queue", [.people("person")], shown: .not(.numbers), erased: .byModule),
            PersonalTable("match_keys", [.people("person")], shown: .not(.numbers), erased: .byModule),
            PersonalTable("match_people", [.people("person")], shown: .not(.numbers), erased: .byModule),
            PersonalTable(
                "match_pairs", [.people("low"), .people("high")], erased: .byModule,
                meanings: ["low": .person, "high": .person, "model": .hidden]),
            .nobody("match_common", .numbers), .nobody("match_models"), .nobody("account_match_models", .numbers),
            .nobody("account_match_queue", .companies), .nobody("account_match_keys", .companies),
            .nobody("account_pairs", .companies),
        ]
    }

    private var rights: [PersonalTable] {
        [
            PersonalTable(
                "rights_receipts", [.publicIDs("person")], erased: .keep(.account), meanings: ["body": .json]),
            PersonalTable(
                "erased_addresses", [.addresses("address")], erased: .keep(.wishes), meanings: ["address": .hidden]),
            PersonalTable("house_files", [.publicIDs("person")], erased: .keep(.account)),
        ]
    }
}
