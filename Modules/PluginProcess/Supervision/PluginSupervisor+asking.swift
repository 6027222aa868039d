import RapportCore
import RapportPluginKit

/// The plugin's own answer "problem": an answer, and so no failure of the child.
struct PluginAnswer: Error {
    let problem: Problem
}

extension PluginSupervisor {
    /// Asks the plugin, starting it if need be.
    ///
    /// - Throws: `ChildFailure`, the plugin's own `Problem`, or what `take` throws.
    nonisolated func ask(
        _ type: String, _ members: [JSONValue.Member] = [], within deadline: Duration,
        take: (JSONValue) async throws -> Bool
    ) async throws {
        let conversation = try await talk()
        var complaint: Problem?
        do {
            try await conversation.ask(type, members, within: deadline) { answer in
                do {
                    return try await take(answer)
                } catch let answer as PluginAnswer {
                    complaint = answer.problem
                    return true
                }
            }
        } catch {
            // Before the caller hears of it, so that its next call finds the plugin as it is.
            await settle(conversation)
            throw error
        }
        await worked()
        if let complaint { throw complaint }
    }

    /// Asks for one answer of type `expected`.
    nonisolated func answer(
        _ type: String, _ members: [JSONValue.Member] = [], expecting expected: String, within deadline: Duration
    ) async throws -> JSONValue {
        var found = JSONValue.null
        do {
            try await ask(type, members, within: deadline) { [mask] answer in
                guard answer.type != "problem" else { throw PluginAnswer(problem: answer.problem(mask)) }
                guard answer.type == expected else {
                    throw MalformedAnswer("it answers \(type) with \"\(answer.type)\", not with \"\(expected)\"")
                }
                found = answer
                return true
            }
        } catch let failure as ChildFailure {
            throw Problem("plugin.failed", failure.reason)
        }
        return found
    }

    nonisolated func probe() async throws -> ProbeReport {
        let findings = try await answer("probe", expecting: "done", within: deadlines.probe)["findings"]?.array ?? []
        return ProbeReport(findings: findings.compactMap(\.string).map(mask.mask))
    }

    nonisolated func receive(_ request: CallbackRequest, _ state: any PluginState) async throws -> CallbackResult {
        let found = try await answer(
            "receive", [.init("request", request.json)], expecting: "done", within: deadlines.receive)
        try await state.apply(found)
        do { return try found.callbackResult() } catch let malformed as MalformedAnswer {
            throw Problem("plugin.failed", malformed.description)
        }
    }

    nonisolated func duty(_ type: String, _ members: [JSONValue.Member], _ state: any PluginState) async throws -> Bool {
        let found = try await answer(type, members, expecting: "ack", within: deadlines.duty)
        try await state.apply(found)
        return found["done"]?.bool ?? false
    }

    /// Starts the plugin and asks every half minute whether it is there, so that one which hangs is found before it is needed.
    nonisolated func run() async throws {
        while true {
            do {
                _ = try await answer("ping", expecting: "pong", within: deadlines.ping)
            } catch let problem as Problem where problem.code == "plugin.resting" || problem.code == "plugin.failed" {
                // It is tried again by the next round.
            }
            try await Task.sleep(for: .seconds(30))
        }
    }
}

extension PluginState {
    /// Keeps what an answer asks to keep: `"state": {"cursor": 7, "old": null}`.
    func apply(_ answer: JSONValue) async throws {
        for member in answer["state"]?.object ?? [] { try await set(member.name, member.value.isNull ? nil : member.value) }
    }
}
