import Foundation
import RapportCore
import RapportMail
import RapportPluginKit
import Testing

@Suite("Mail")
struct MailTests {
    static let message = OutgoingMessage(
        id: "0190a1b2-0000-7000-8000-000000000001",
        to: "zoë.müller@example.org".replacing("ë", with: "e").replacing("ü", with: "u"),
        toName: "Zoë Müller", from: "shop@example.com", fromName: "Läden & Söhne", replyTo: "answers@example.com",
        subject: "Grüße an Zoë — 20 % heute, und noch viel mehr als in eine einzige Zeile dieses Kopfes passt",
        text: "Hallo Zoë,\n.\n.. ein Punkt am Anfang\nund ein sehr langes Wort: " + String(repeating: "ä", count: 600) + "\n",
        html: "<p>Hallo <b>Zoë</b></p>\n", language: "de", headers: [.init("List-ID", "<offers.example.com>")],
        unsubscribeURL: "https://example.com/u/abc?x=1", topicClass: "marketing", person: "p")

    static let mail = try? MailComposer.compose(
        message, messageID: "\(message.id)@example.com", date: Timestamp(milliseconds: 1_767_225_600_000))

    @Test("Python's email package reads what was composed")
    func readable() async throws {
        let mail = try #require(Self.mail)
        let answer = try await Judge.run(
            """
            import email, email.policy, json, sys
            m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            t, h = m.get_body(("plain",)), m.get_body(("html",))
            print(json.dumps([m["from"], m["to"], m["subject"], m["message-id"], m["list-unsubscribe"], m["list-unsubscribe-post"],
                m["reply-to"], m["content-language"], t.get_content(), h.get_content(), m.defects == [], m["list-id"]]))
            """, input: mail)
        let items = try #require(try JSONValue(parsing: answer.trimmingCharacters(in: .whitespacesAndNewlines)).array)
        #expect(items[0].string == "Läden & Söhne <shop@example.com>")
        #expect(items[1].string == "Zoë Müller <\(Self.message.to)>")
        #expect(items[2].string == Self.message.subject)
        #expect(items[3].string == "<\(Self.message.id)@example.com>")
        #expect(items[4].string == "<https://example.com/u/abc?x=1>")
        #expect(items[5].string == "List-Unsubscribe=One-Click")
        #expect(items[6].string == "answers@example.com")
        #expect(items[7].string == "de")
        #expect(items[8].string?.replacing("\r\n", with: "\n") == Self.message.text)
        #expect(items[9].string?.replacing("\r\n", with: "\n") == Self.message.html)
        #expect(items[10].bool == true)
        #expect(items[11].string == "<offers.example.com>")
    }

    @Test("lines end in CRLF and none is longer than 998 octets (RFC 5322, section 2.1.1)")
    func lines() throws {
        let mail = try #require(Self.mail)
        for (index, byte) in mail.enumerated() where byte == 10 { #expect(index > 0 && mail[index - 1] == 13) }
        #expect(mail.split(separator: 10).allSatisfy { $0.count <= 998 })
    }

    @Test("the same message is composed to the same bytes")
    func deterministic() throws {
        let again = try MailComposer.compose(
            Self.message, messageID: "\(Self.message.id)@example.com", date: Timestamp(milliseconds: 1_767_225_600_000))
        #expect(again == Self.mail)
    }

    @Test("a line end in a header or an address is refused", arguments: ["a\r\nBcc: x@example.org", "a\nb", "a\u{0}b"])
    func injection(text: String) throws {
        var message = Self.message
        message.subject = text
        #expect(throws: Problem.self) { try MailComposer.compose(message, messageID: "a@b", date: .distantPast) }
        message = Self.message
        message.to = "\(text)@example.org"
        #expect(throws: Problem.self) { try MailComposer.compose(message, messageID: "a@b", date: .distantPast) }
    }

    @Test("dkimpy accepts our signatures, and no longer once the mail is changed", arguments: ["rsa", "ed25519"])
    func dkim(kind: String) async throws {
        guard await Judge.hasDKIM else { return Judge.skip("dkimpy is not installed: run scripts/judges") }
        let mail = try #require(Self.mail)
        let pem = try await Judge.openssl(kind)
        let key = try DKIMKey(pem: pem)
        let signed = try DKIMSigner(domain: "example.com", selector: "s1", key: key).sign(
            mail, at: Timestamp(milliseconds: 1_767_225_600_000))
        let script = """
            import dkim, sys
            record = sys.argv[1].encode()
            mail = sys.stdin.buffer.read()
            verify = lambda m: dkim.verify(m, dnsfunc=lambda name, timeout=5: record)
            covered = b"list-unsubscribe:list-unsubscribe-post" in mail.replace(b"\\r\\n\\t", b"")
            print(verify(mail), verify(mail.replace(b"Hallo", b"Hullo", 1)), verify(mail.replace(b"/u/abc", b"/u/abd")), covered)
            """
        let answer = try await Judge.run(script, [key.publicRecord], input: signed)
        #expect(answer == "True False False True\n")
    }

    @Test("a key that is none is refused without telling it")
    func badKey() {
        #expect(throws: Problem.self) { try DKIMKey(pem: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----") }
    }
}
