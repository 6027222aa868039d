import Foundation
public import RapportCore
public import RapportPluginKit

/// A channel that uses all of the contract, for the tests of `PluginMain`: it keeps counts, takes callbacks and duties, sees
/// events by itself, talks too much, and crashes on demand.
public struct DiaryChannel: Channel {
    public static let manifest = Manifest(
        id: "channel.diary", kind: .channel, version: "2.1.0", summary: "Keeps a diary.",
        capabilities: Capabilities(addresses: "phone", maximumText: 160, bulk: 5, ratePerSecond: 10, idempotent: true),
        settings: Spec([
            .init("title", .text, default: "Dear diary", help: "What each entry begins with."),
            .init("token", .secret, help: "Signs callbacks."),
            .init("wait", .span, default: "5s", help: "How long to wait."),
            .init("mode", .choice(["fast", "safe"]), default: "safe", help: "How to write."),
            .init("most", .integer(minimum: 1, maximum: 9), default: 3, help: "The most entries."),
        ]),
        callbacks: [
            Callback(path: "replies", verification: .hmac(header: "X-Sig", algorithm: "sha256", setting: "token", prefix: "v=")),
            Callback(path: "ask", verification: .key(name: "key", setting: "token"), answer: .plugin),
            Callback(path: "open", verification: .none, answer: .echo(parameter: "challenge")),
        ], duties: [.optOut, .erase])

    let environment: PluginEnvironment
    let settings: Settings

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard settings.text("title") != "none" else {
            throw Problem("diary.title", "a diary needs a title", at: .init(path: "title"), remedy: "Give it one")
        }
        (self.settings, self.environment) = (settings, environment)
    }

    public func probe() async throws -> ProbeReport {
        print("nobody should print, and everybody does")
        return ProbeReport(findings: [
            "instance \(environment.instance)", "title \(settings.text("title") ?? "")",
            "token \(settings.secret("token").map { "\($0) of \($0.exposed.count)" } ?? "none")",
            "wait \(settings.span("wait")?.milliseconds ?? 0)",
            "sent \(try await environment.state.value("sent")?.text ?? "none")",
        ])
    }

    /// Says that it is there, once for each start.
    public func run() async throws {
        try await environment.emit([PluginEvent(kind: "message.delivered", id: "start-1", message: "m0")])
        environment.log("the event was taken")
        try await Task.sleep(for: .seconds(1 << 40))
    }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        let until = Timestamp(milliseconds: 1_770_000_000_000)
        if messages.contains(where: { $0.text == "crash" }) { exit(7) }
        let before = (try? await environment.state.value("sent"))??.integer ?? 0
        try? await environment.state.set("sent", .integer(before + Int64(messages.count)))
        return messages.map { message in
            switch message.text {
            case "later": .deferred(until: until, reason: "busy")
            case "gone": .bounced(.hard, reason: "no such number")
            case "long": .refused(reason: "too long")
            case "lost": .inDoubt(reason: "the line broke")
            default: .sent(providerID: "p-\(message.to)-\(message.headers.map(\.value).joined())-\(message.metadata.text)")
            }
        }
    }

    public func receive(_ request: CallbackRequest) async throws -> CallbackResult {
        guard request.body != Array("bad".utf8) else { throw Problem("diary.body", "this body is bad") }
        try await environment.state.set("last", .string(request.query.map { "\($0.name)=\($0.value)" }.joined()))
        return CallbackResult(
            events: [
                PluginEvent(
                    kind: "message.replied", identifiers: [Identifier(kind: "phone", value: "+12025550123")],
                    occurredAt: request.receivedAt, properties: ["bytes": .integer(Int64(request.body.count))], id: "r1",
                    message: "m1")
            ], answer: "thanks")
    }

    public func optOut(_ optOut: OptOut) async throws -> Bool {
        try await environment.state.set("out", .string("\(optOut.addresses.map(\.value)) \(optOut.topic ?? "all") \(optOut.at)"))
        return true
    }

    public func erase(_ addresses: [Identifier]) async throws -> Bool { addresses.contains { $0.value == "+12025550123" } }
}
