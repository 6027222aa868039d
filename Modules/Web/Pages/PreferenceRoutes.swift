import Foundation
import HTTPTypes
import Hummingbird
import RapportCore
import RapportEngagement

/// `/p/TOKEN`: the person's own page of choices.
struct PreferenceRoutes {
    let preferences: PreferencesUseCase
    let pages: PageRenderer

    /// How often somebody may want to hear from us at most. Any other that was said elsewhere is shown, too.
    private static let spans: [Span] = [.days(1), .days(7), .days(14), .days(28)]

    func add(to router: Router<some RequestContext>) {
        // GET shows and never changes: scanners and previews follow links.
        router.get("/p/:token") { _, context in
            let token = try context.parameters.require("token")
            guard let page = try await preferences.page(token) else { return nobody(token) }
            return render(page, token: token, isSaved: false)
        }
        router.post("/p/:token") { request, context in
            let token = try context.parameters.require("token")
            let form = PreferenceForm(Form.parse(try await request.bytes(limit: 65_536)), texts: pages.texts)
            let page: PreferencesUseCase.Page?
            switch form.wish {
            case .everything: page = try await preferences.endEverything(token)
            case .choices(let choices): page = try await preferences.save(token, choices)
            case .answer(let subject, let answer): page = try await preferences.answer(token, subject, answer)
            // A body without our fields was not sent by our page.
            case .nothing: page = try await preferences.page(token)
            }
            guard let page else { return nobody(token) }
            return render(page, token: token, isSaved: form.isSaving)
        }
    }

    private func nobody(_ token: String) -> Response {
        preferences.isCopy(token) ? pages.copyForColleagues() : pages.unknownLink()
    }

    private func render(_ page: PreferencesUseCase.Page, token: String, isSaved: Bool) -> Response {
        let texts = pages.texts
        let rows = page.topics.map { topic -> [String: Any] in
            let cells = page.channels.map { channel -> [String: Any] in
                let choice = PreferencesUseCase.Choice(topic: topic.name, channel: channel)
                let label = texts("page.choice", ["topic": topic.title, "channel": pages.channel(channel)])
                return ["name": PreferenceForm.name(choice), "on": page.on.contains(choice), "label": label]
            }
            return ["title": topic.title, "cells": cells]
        }
        func hours(_ chosen: Int?) -> [[String: Any]] {
            // Hours as they are usually said, and the person's own if it is another.
            let offered = Set(stride(from: 0, to: 24 * 60, by: 60)).union(chosen.map { [$0] } ?? [])
            return offered.sorted().map {
                ["value": StatedPreference.text($0), "name": StatedPreference.text($0), "chosen": $0 == chosen]
            }
        }
        let often = Set(Self.spans).union(page.preference.atMostEvery.map { [$0] } ?? []).sorted().map { span -> [String: Any] in
            let key = "page.preferences_often.\(span.text)"
            let name = texts.has(key) ? texts(key) : texts("page.preferences_often.other", ["span": span.text])
            return ["value": span.text, "name": name, "chosen": span == page.preference.atMostEvery]
        }
        let best = page.preference.channels.first
        let shown = page.topics.flatMap { topic in
            page.channels.map { PreferenceForm.name(.init(topic: topic.name, channel: $0)) }
        }
        return pages.page(
            "preferences", title: texts("page.preferences"), section: .outside(brand: page.brand),
            [
                "action": "/p/\(token)", "saved": isSaved, "everything_ended": page.everythingEnded,
                "has_choices": !rows.isEmpty && !page.channels.isEmpty, "shown": shown.joined(separator: " "),
                "channels": page.channels.map { ["name": pages.channel($0)] }, "rows": rows,
                "from": hours(page.preference.quiet?.from), "until": hours(page.preference.quiet?.until),
                "often": often, "several": page.channels.count > 1, "question": question(page), "unfit": page.isUnfit,
                "answered": page.isAnswered,
                "best": page.channels.map { ["value": $0, "name": pages.channel($0), "chosen": $0 == best] },
            ])
    }

    /// `false` where there is nothing to ask.
    private func question(_ page: PreferencesUseCase.Page) -> Any {
        guard let question = page.question else { return false }
        var options: [[String: Any]] = []
        switch question.type {
        case .choice(let words): options = words.map { ["value": $0, "name": $0, "chosen": $0 == question.value] }
        case .flag:
            options = ["true", "false"].map {
                ["value": $0, "name": pages.texts("page.question_\($0)"), "chosen": $0 == question.value]
            }
        default: break
        }
        return [
            "text": question.text(pages.texts), "subject": question.subject, "value": question.value,
            "has_options": !options.isEmpty, "options": options,
        ] as [String: Any]
    }
}

extension PageRenderer {
    /// A kind of address as people call it.
    func channel(_ kind: String) -> String { texts.has("channel.\(kind)") ? texts("channel.\(kind)") : kind }

    func unknownLink() -> Response {
        page(
            "message", title: texts("page.not_found"), section: .outside(brand: nil), status: .notFound,
            ["heading": texts("page.not_found"), "sentence": texts("page.link_unknown")])
    }

    /// A colleague tries the links of a test or of a seed.
    func copyForColleagues() -> Response {
        page(
            "message", title: texts("page.copy"), section: .outside(brand: nil),
            ["heading": texts("page.copy"), "sentence": texts("page.copy_lead")])
    }
}
