import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportStorage

struct ReceiptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "Signed receipts of what was done at people's wish.",
        discussion: """
            EXAMPLES:
              rapport receipts list
              rapport receipts show 0190163d-8694-739b-aea5-966c26f8ad90 > cleo.receipt.json
              rapport receipts verify cleo.receipt.json
            """,
        subcommands: [ReceiptsListCommand.self, ReceiptsShowCommand.self, ReceiptsVerifyCommand.self])
}

struct ReceiptsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List receipts, the newest first.",
        discussion: """
            EXAMPLES:
              rapport receipts list --of 0190163d-8694-739b-aea5-966c26f8ad90
              rapport receipts list --limit 20 --json
            """)

    @Option(help: "Only those of a person, by id.") var of: String?
    @Option(help: "The most to list.") var limit = 100
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let receipts = try await common.withRapport { rapport in
            try await rapport.database.read { [of, limit] db in
                try RightsReceipt.all(of: of?.lowercased(), limit: max(1, limit), in: db)
            }
        }
        if receipts.isEmpty { output.say("receipts.none") }
        output.table(
            ["receipt", "what", "person", "at", "who"],
            receipts.map { [$0.id, $0.kind?.rawValue ?? "", $0.person, $0.at, $0.json["actor"]?.string ?? ""] })
        output.json(.array(receipts.map(\.json)))
    }
}

struct ReceiptsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a receipt as it was signed: JSON.",
        discussion: """
            EXAMPLES:
              rapport receipts show 0190163d-8694-739b-aea5-966c26f8ad90
            """)

    @Argument(help: "The receipt's id.") var receipt: String
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let found = try await common.withRapport { rapport in
            try await rapport.database.read { [receipt] db in try RightsReceipt.find(receipt.lowercased(), in: db) }
        }
        guard let found else { throw Problem("receipt.not_found", "there is no receipt \(receipt)") }
        output.line(found.json.text)
        output.json(found.json)
    }
}

struct ReceiptsVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a receipt is as it was signed, and by whom.",
        discussion: """
            The signature is Ed25519 over the receipt's canonical JSON, so anybody can check it. Whether the key is this house's is \
            told where its database is at hand, or by --key: the house publishes its key with `rapport receipts verify --json`.

            EXAMPLES:
              rapport receipts verify cleo.receipt.json
              rapport receipts verify cleo.receipt.json --key "x0T…="
            """)

    @Argument(help: "The file of the receipt.") var file: String
    @Option(help: "The public key that it should be signed by, in base64. Default: the house's.") var key: String?
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Problem("receipt.unreadable", "\(file) cannot be read", at: .init(file: file))
        }
        let receipt = RightsReceipt(json: try JSONValue(parsing: [UInt8](data)))
        guard receipt.kind != nil, receipt.isUnchanged else {
            throw Problem(
                "receipt.invalid", "\(file) is no receipt, or has been changed since it was signed", at: .init(file: file))
        }
        var expected = key
        if expected == nil, let configuration = try? common.configuration(),
            let database = try? await configuration.database.open()
        {
            expected = try? await database.read { db in try HouseKey.read(in: db)?.published }
            try await database.close()
        }
        if let expected, expected != receipt.key {
            throw Problem(
                "receipt.foreign", "\(file) was signed by another key: \(receipt.key)", at: .init(file: file),
                remedy: "Somebody else's house, or a forgery: compare with \(expected)")
        }
        output.say(
            expected == nil ? "receipts.unchanged" : "receipts.valid",
            ["kind": receipt.kind?.rawValue ?? "", "person": receipt.person, "at": receipt.at, "key": receipt.key])
        output.json([
            "unchanged": true, "by_this_house": expected.map { .bool($0 == receipt.key) } ?? .null, "key": .string(receipt.key),
            "receipt": .string(receipt.kind?.rawValue ?? ""), "person": .string(receipt.person), "at": .string(receipt.at),
        ])
    }
}
