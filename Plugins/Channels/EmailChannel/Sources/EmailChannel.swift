import RapportCore
import RapportMail
public import RapportPluginKit

/// Mail by SMTP: connections are kept and shared, DKIM signs, every message has a Return-Path of its own.
public struct EmailChannel: Channel {
    public static let manifest = Manifest(
        id: "channel.email", kind: .channel, version: "1.0.0", summary: "Sends mail through an SMTP server.",
        capabilities: Capabilities(
            addresses: "email", html: true, subject: true, attachments: false, twoWay: false, reportsDelivery: false, bulk: 10,
            idempotent: false),
        settings: EmailSettings.spec)

    private let settings: EmailSettings
    private let pool: SMTPPool
    private let prepared = PreparedMails()
    private let clock: any WallClock

    public init(settings: Settings, environment: PluginEnvironment) throws {
        self.settings = try EmailSettings(settings)
        pool = SMTPPool(server: self.settings.server, connections: self.settings.connections)
        clock = environment.clock
    }

    /// Connects, says EHLO, signs in where a user name is set, and says QUIT: no mail is sent.
    public func probe() async throws -> ProbeReport {
        let outcome = await pool.run(.probe)
        guard case .accepted(let answer) = outcome else {
            throw Problem(
                "email.unreachable", "\(settings.server.url) does not accept us: \(outcome.reason)",
                at: .init(path: "host"), remedy: "Check host, port, tls, username and password")
        }
        var findings = ["\(settings.server.url) answers: \(answer)"]
        if let dkim = settings.dkim {
            findings.append("DKIM: publish TXT \(dkim.selector)._domainkey.\(dkim.domain) \"\(dkim.key.publicRecord)\"")
        }
        return ProbeReport(findings: findings)
    }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        await withTaskGroup(of: (Int, SendResult).self, returning: [SendResult].self) { group in
            for (index, message) in messages.enumerated() { group.addTask { (index, await send(message)) } }
            var results = [SendResult](repeating: .refused(reason: ""), count: messages.count)
            for await (index, result) in group { results[index] = result }
            return results
        }
    }

    /// Composes and signs mails ahead: an RSA signature takes longer than handing the mail over.
    public func prepare(_ messages: [OutgoingMessage]) async {
        await withTaskGroup(of: Void.self) { group in
            for message in messages {
                // What cannot be composed is told when it is to be sent.
                group.addTask { if let mail = try? compose(message) { prepared.keep(mail, of: message) } }
            }
        }
    }

    public func cleanup() async { await pool.close() }

    private func compose(_ message: OutgoingMessage) throws -> [UInt8] {
        let domain = message.from.split(separator: "@").last.map(String.init) ?? "localhost"
        let composed = try MailComposer.compose(message, messageID: "\(message.id)@\(domain)", date: clock.now)
        return try settings.dkim.map { try $0.signer.sign(composed, at: clock.now) } ?? composed
    }

    private func send(_ message: OutgoingMessage) async -> SendResult {
        let mail: [UInt8]
        do {
            mail = try prepared.take(message) ?? compose(message)
        } catch let problem as Problem where problem.code == "mail.bad_address" && problem.place?.path == "to" {
            return .bounced(.invalid, reason: problem.reason)
        } catch {
            return .refused(reason: (error as? Problem)?.reason ?? "the mail could not be signed")
        }
        let returnPath = settings.returnPathDomain.map { "b-\(message.id)@\($0)" } ?? message.from
        return await pool.run(.send(from: returnPath, to: message.to, mail: mail)).result
    }
}
