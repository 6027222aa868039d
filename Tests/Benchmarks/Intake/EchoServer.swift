import ArgumentParser
import Foundation
import Hummingbird
import Logging
import NIOCore

/// The baseline of `/v1/track`: Hummingbird as its documentation teaches it, decoding the same JSON and sending it back.
struct EchoServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-server", abstract: "A bare Hummingbird server that decodes a tracked call and echoes it.",
        discussion: "Prints the address once it listens; SIGTERM ends it.")

    @Option(help: "0 lets the system choose.") var port = 0

    func run() async throws {
        let router = Router()
        router.post("/v1/track") { request, context in
            try await request.decode(as: TrackedMessage.self, context: context)
        }
        var logger = Logger(label: "echo")
        logger.logLevel = .warning
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                // Not print: a pipe would hold the line back.
                FileHandle.standardOutput.write(Data("http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8))
            }, logger: logger)
        try await application.runService()
    }
}

/// A track call of the Segment specification, as a client's author would type it.
struct TrackedMessage: ResponseCodable {
    struct Product: Codable {
        var productID: String
        var name: String
        var price: Double
        var quantity: Int

        enum CodingKeys: String, CodingKey {
            case name, price, quantity
            case productID = "product_id"
        }
    }

    struct Properties: Codable {
        var orderID: String?
        var total: Double?
        var currency: String?
        var products: [Product]?

        enum CodingKeys: String, CodingKey {
            case total, currency, products
            case orderID = "order_id"
        }
    }

    struct Context: Codable {
        struct Library: Codable {
            var name: String
            var version: String
        }

        var library: Library?
        var ip: String?
        var locale: String?
    }

    var writeKey: String?
    var type: String?
    var userId: String?
    var anonymousId: String?
    var event: String
    var messageId: String?
    var timestamp: String?
    var sentAt: String?
    var properties: Properties?
    var context: Context?
}
