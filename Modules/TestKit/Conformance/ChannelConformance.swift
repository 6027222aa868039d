import RapportCore
public import RapportPluginKit

/// The contract of a channel, run against any of them: built in, external, or yours.
public struct ChannelConformance: Sendable {
    let make: @Sendable () async throws -> any Channel
    let address: String
    let arrived: (@Sendable () async throws -> [String])?
    let declaresDuties: Bool

    /// - Parameters:
    ///   - address: one that the channel delivers to.
    ///   - arrived: ids of the messages that reached the other side so far, each as often as it arrived.
    ///   - declaresDuties: `false` for a channel that runs any program, and so cannot say what that one does.
    ///   - make: a new instance against the same other side.
    public init(
        address: String = "ann@example.org", arrived: (@Sendable () async throws -> [String])? = nil,
        declaresDuties: Bool = true, make: @escaping @Sendable () async throws -> any Channel
    ) {
        self.address = address
        self.arrived = arrived
        self.declaresDuties = declaresDuties
        self.make = make
    }

    public func run() async -> ConformanceReport {
        let report = ConformanceReport()
        await report.part("making it") { await report.check(try await make().manifest) }
        await report.part("cleaning up without a start") {
            let channel = try await make()
            await channel.cleanup()
            await channel.cleanup()
        }
        await report.part("the probe") {
            let channel = try await make()
            _ = try await channel.probe()
            await channel.cleanup()
            if let arrived { report.check(try await arrived().isEmpty, "the probe sent something") }
        }
        await report.part("sending") { try await sending(report) }
        await report.part("sending at once") { try await together(report) }
        await report.part("the duties") {
            let channel = try await make()
            let who = [Identifier(kind: channel.manifest.capabilities.addresses, value: address)]
            let stranger = [Identifier(kind: channel.manifest.capabilities.addresses, value: "nobody-\(address)")]
            for people in [who, who, stranger, []] {
                let hears = try await channel.optOut(OptOut(addresses: people, topic: "news", at: Self.now))
                let forgets = try await channel.erase(people)
                // What no manifest declares is never asked for.
                guard declaresDuties else { continue }
                let duties = channel.manifest.duties
                report.check(!hears || duties.contains(.optOut), "it hears opt-outs and does not declare it")
                report.check(!forgets || duties.contains(.erase), "it erases and does not declare it")
            }
            await channel.cleanup()
        }
        return report
    }

    private func sending(_ report: ConformanceReport) async throws {
        let channel = try await make()
        let bulk = channel.manifest.capabilities.bulk
        report.check(await channel.send([]).isEmpty, "no message gives an answer")
        let messages = (0..<bulk).map { message($0) }
        let answers = await channel.send(messages)
        report.check(answers.count == bulk, "\(bulk) messages got \(answers.count) answers")
        for answer in answers { report.check(answer.isSent, "a good message was not sent: \(answer)") }
        let again = await channel.send([messages[0]])
        report.check(again.count == 1, "a message handed over again got \(again.count) answers")
        let broken = await channel.send([message(900, to: "no address at all"), message(901)])
        report.check(broken.count == 2, "an odd address lost an answer")
        report.check(broken.last?.isSent == true, "an odd address took the next message with it: \(broken)")
        await channel.cleanup()
        guard let arrived else { return }
        let ids = try await arrived()
        for message in messages { report.check(ids.contains(message.id), "\(message.id) was said to be sent and did not arrive") }
        if channel.manifest.capabilities.idempotent {
            report.check(
                ids.filter { $0 == messages[0].id }.count == 1, "the same message arrived twice, though it is idempotent")
        }
    }

    private func together(_ report: ConformanceReport) async throws {
        let channel = try await make()
        let answers = await withTaskGroup(of: [SendResult].self, returning: [SendResult].self) { group in
            for number in 100..<120 { group.addTask { await channel.send([message(number)]) } }
            var answers: [SendResult] = []
            for await some in group { answers += some }
            return answers
        }
        report.check(answers.count == 20 && answers.allSatisfy(\.isSent), "twenty sends at once: \(answers)")
        await channel.cleanup()
        if let arrived {
            let ids = Set(try await arrived())
            report.check((100..<120).allSatisfy { ids.contains(message($0).id) }, "not all of twenty sends at once arrived")
        }
    }

    private static let now = Timestamp(milliseconds: 1_770_000_000_000)

    func message(_ number: Int, to: String? = nil) -> OutgoingMessage {
        OutgoingMessage(
            id: "0190a1b2-0000-7000-8000-\(String(100_000_000_000 + number))", to: to ?? address, toName: "Änn 🍅",
            from: "shop@example.com", subject: "Tomatoes – \(number) \u{1F345}", text: "Hello.\n\n.\nZażółć gęślą jaźń\n",
            html: "<p>Hello <b>Änn</b></p>", language: "en-GB", headers: [.init("X-Campaign", "spring")],
            unsubscribeURL: "https://example.com/u/1", topicClass: "marketing", person: "0190a1b2-0000-7000-8000-0000000000aa",
            metadata: ["campaign": "spring"])
    }
}

extension SendResult {
    public var isSent: Bool { if case .sent = self { true } else { false } }
    public var isInDoubt: Bool { if case .inDoubt = self { true } else { false } }
    public var isDeferred: Bool { if case .deferred = self { true } else { false } }
}
