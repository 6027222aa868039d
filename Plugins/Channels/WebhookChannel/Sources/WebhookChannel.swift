import Foundation
import RapportCore
public import RapportPluginKit

/// Posts each message as JSON to an address of yours, signed as Standard Webhooks prescribes.
public struct WebhookChannel: Channel {
    public static let manifest = Manifest(
        id: "channel.webhook", kind: .channel, version: "1.0.0",
        summary: "Posts each message as signed JSON to an address of yours.",
        capabilities: Capabilities(addresses: "email", html: true, subject: true, bulk: 10),
        settings: Spec([
            .init("url", .text, required: true, help: "Where messages are posted to.", example: "https://example.com/messages"),
            .init(
                "secret", .secret, required: true,
                help: "The key that signs: whsec_ and 24 to 64 bytes in base64, as `openssl rand -base64 32` makes them."),
            .init(
                "idempotent", .flag, default: false,
                help: "Whether the receiver knows a webhook-id again, so that a message in doubt may be posted again."),
            .init("headers", .map, default: [:], help: "Headers to add to each request, by name."),
            .init(
                "ca_file", .path, help: "Trust the certificates in this PEM file instead of the system's.", example: "ca.pem"),
            .init(
                "connections", .integer(minimum: 1, maximum: 50), default: 4, help: "How many requests are under way at most."),
            .init("timeout", .span, default: "30s", help: "How long one request may take."),
        ]))

    public let manifest: Manifest
    private let signer: WebhookSigner
    private let pool: WebhookPool
    private let clock: any WallClock

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard let text = settings.text("url"), let url = URL(string: text), url.host()?.isEmpty == false,
            url.scheme == "https" || url.scheme == "http", url.user() == nil
        else {
            throw Problem("webhook.url", "this should be an address that begins with https://", at: .init(path: "url"))
        }
        guard let secret = settings.secret("secret"), let signer = WebhookSigner(secret) else {
            throw Problem(
                "webhook.secret", "this should be whsec_ and 24 to 64 bytes in base64", at: .init(path: "secret"),
                remedy: "`openssl rand -base64 32` makes such bytes")
        }
        self.signer = signer
        var manifest = Self.manifest
        manifest.capabilities.idempotent = settings.flag("idempotent")
        self.manifest = manifest
        let headers = (settings.values["headers"]?.object ?? []).map { ($0.name, $0.value.string ?? "") }
        for (name, value) in headers
        where !name.utf8.allSatisfy({
            $0 == 0x2D || Character(Unicode.Scalar($0)).isLetter || Character(Unicode.Scalar($0)).isNumber
        })
            || name.isEmpty || value.contains(where: \.isNewline)
        {
            throw Problem("webhook.header", "\"\(name)\" cannot be a header", at: .init(path: "headers"))
        }
        pool = WebhookPool(
            endpoint: WebhookEndpoint(
                url: text, headers: headers.map { "\($0.0): \($0.1)" }, authorities: settings.text("ca_file"),
                timeout: settings.span("timeout") ?? .seconds(30)),
            connections: Int(settings.integer("connections") ?? 4))
        clock = environment.clock
    }

    /// Connects, with TLS where the address has it, and posts nothing.
    public func probe() async throws -> ProbeReport {
        let outcome = await pool.run(.probe)
        guard case .answered = outcome else {
            throw Problem(
                "webhook.unreachable", "\(pool.endpoint.url) cannot be reached: \(outcome.reason)", at: .init(path: "url"))
        }
        return ProbeReport(findings: ["\(pool.endpoint.url) can be reached"])
    }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        await withTaskGroup(of: (Int, SendResult).self, returning: [SendResult].self) { group in
            for (index, message) in messages.enumerated() { group.addTask { (index, await send(message)) } }
            var results = [SendResult](repeating: .deferred(until: nil, reason: ""), count: messages.count)
            for await (index, result) in group { results[index] = result }
            return results
        }
    }

    public func cleanup() async { pool.close() }

    private func send(_ message: OutgoingMessage) async -> SendResult {
        let now = clock.now
        var body: [UInt8] = []
        JSONValue.object([
            .init("type", "message.send"), .init("timestamp", .string(now.rfc3339)), .init("data", message.json),
        ]).write(to: &body)
        let headers = signer.headers(id: message.id, at: now, body: body)
        return await pool.run(.post(headers: headers, body: body))
            .result(now: now, isIdempotent: manifest.capabilities.idempotent)
    }
}
