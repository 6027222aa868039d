import RapportCore
import RapportEngagement
import Testing

@Suite("Links")
struct LinkTests {
    private let old: LinkKey
    private let signer: LinkSigner
    private let key = MessageKey(person: 70_000, act: 12)

    init() throws {
        old = try LinkKey(id: 1, secret: Array(repeating: 7, count: 32))
        signer = try LinkSigner(base: "https://news.example.com/", keys: [LinkKey(id: 2, secret: Array(1...32)), old])
    }

    private var links: [SignedLink] {
        [
            .unsubscribe(key, topic: "offers", channel: "mail"), .preferences(key),
            .click(key, url: "https://shop.example.com/a?b=c&d=ü#e"), .preferences(MessageKey(person: 256, act: 65_536)),
        ]
    }

    @Test("what is signed comes back as it was")
    func roundTrip() {
        for link in links {
            let token = signer.token(for: link)
            #expect(signer.verify(token) == link)
            #expect(signer.url(for: link) == "https://news.example.com/\(link.path)/\(token)")
            #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        }
    }

    @Test("no character of a link can be changed")
    func tampering() {
        let token = Array(signer.token(for: links[0]))
        for index in token.indices {
            for replacement in ["A", "b", "_", "="] as [Character] where replacement != token[index] {
                var forged = token
                forged[index] = replacement
                #expect(signer.verify(String(forged)) == nil, "\(index) \(replacement)")
            }
        }
        #expect(signer.verify(String(token) + "A") == nil)
        #expect(signer.verify(String(token.dropLast())) == nil)
        #expect(signer.verify("") == nil)
        #expect(signer.verify("nonsense") == nil)
    }

    @Test("links of an older key stay good, those of a foreign key never were")
    func keys() throws {
        let before = try LinkSigner(base: "https://news.example.com", keys: [old])
        #expect(signer.verify(before.token(for: links[0])) == links[0])
        let foreign = try LinkSigner(base: "https://x", keys: [LinkKey(id: 2, secret: Array(2...33))])
        #expect(signer.verify(foreign.token(for: links[0])) == nil)
        #expect(throws: Problem.self) { try LinkKey(id: 3, secret: [1, 2, 3]) }
        #expect("\(old) \(signer)".contains("7, 7") == false)
    }

    @Test("a message's id outside leads back to its row, and others lead nowhere")
    func wireIDs() {
        for key in [key, MessageKey(person: 1, act: 1), MessageKey(person: 1 << 40, act: 1 << 33)] {
            #expect(MessageKey(wireID: key.wireID) == key)
            #expect(MessageKey(wireID: key.wireID.uppercased()) == key)
        }
        #expect(MessageKey(wireID: "0190163d-8694-739b-aea5-966c26f8ad91") == nil)
        let id = Array(key.wireID)
        #expect(MessageKey(wireID: String(id.dropLast() + [id.last == "0" ? "1" : "0"])) == nil)
        #expect(id[14] == "8")
    }

    @Test("links of a rendered message lead through Rapport, and back to the same address")
    func rewriting() throws {
        let rewriter = LinkRewriter(signer: signer, message: key)
        let stop = signer.url(for: links[0])
        let html = rewriter.html(
            "<a class='x' HREF = \"https://shop.example.com/?a=1&amp;b=2\">See https://plain.example</a> <a href='mailto:a@b'>m</a> <a href=\"\(stop)\">stop</a> <a data-href=\"https://no\">"
        )
        let first = try #require(html.firstMatch(of: #/HREF = "([^"]+)"/#)).1
        #expect(first.hasPrefix("https://news.example.com/c/"))
        #expect(
            signer.verify(first.split(separator: "/").last ?? "") == .click(key, url: "https://shop.example.com/?a=1&b=2"))
        #expect(html.contains("See https://plain.example</a> <a href='mailto:a@b'>m</a> <a href=\"\(stop)\">stop</a>"))
        #expect(html.hasSuffix("<a data-href=\"https://no\">"))

        let text = rewriter.text("Look (https://shop.example.com/a_b). Stop: \(stop)\nxhttps://no")
        let link = try #require(text.firstMatch(of: #/Look \((https:[^)]+)\)\. Stop: /#)).1
        #expect(signer.verify(link.split(separator: "/").last ?? "") == .click(key, url: "https://shop.example.com/a_b"))
        #expect(text.hasSuffix("Stop: \(stop)\nxhttps://no"))
    }
}

@Suite("Clicks judged")
struct LinkClickTests {
    private let classifier = ClickClassifier()
    private let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    private let sent = Timestamp(milliseconds: 1_000_000)

    private func judge(_ agent: String, method: String = "GET", after seconds: Int64 = 60, prefetch: Bool = false) -> ClickBy {
        classifier.judge(
            ClickSignal(method: method, userAgent: agent, at: sent + .seconds(seconds), url: "https://a", prefetch: prefetch),
            sentAt: sent)
    }

    @Test("what gives itself away as a machine is one, and an unknown agent is nobody's proof")
    func single() {
        #expect(judge(firefox) == .human)
        #expect(judge(firefox, method: "HEAD") == .machine)
        #expect(judge(firefox, after: 1) == .machine)
        #expect(judge(firefox, prefetch: true) == .machine)
        #expect(judge("Mozilla/5.0 (compatible; Googlebot/2.1)") == .machine)
        #expect(judge("python-requests/2.31") == .machine)
        #expect(judge("") == .machine)
        #expect(judge("Teapot/1.0") == .unsure)
    }

    @Test("three links of a message within two seconds are a machine's, the first of them too")
    func bursts() {
        let clicks: [(by: ClickBy, at: Timestamp, url: String)] = [
            (.human, sent, "a"), (.human, sent + .seconds(1), "b"), (.human, sent + .seconds(2), "c"),
            (.human, sent + .seconds(60), "a"), (.human, sent + .seconds(61), "a"), (.human, sent + .seconds(61), "a"),
        ]
        #expect(classifier.judge(clicks) == [.machine, .machine, .machine, .human, .human, .human])
    }
}
