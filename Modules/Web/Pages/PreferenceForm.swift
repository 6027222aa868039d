import Foundation
import HTTPTypes
import Hummingbird
import RapportCore
import RapportEngagement

/// What the page's form says.
struct PreferenceForm {
    enum Wish: Equatable {
        case choices(PreferencesUseCase.Form)
        case everything
        case answer(String, QuestionDesk.Answer)
        case nothing
    }

    let wish: Wish
    var isSaving: Bool {
        switch wish {
        case .choices, .everything: true
        case .answer, .nothing: false
        }
    }

    init(_ fields: [String: String], texts: Texts) {
        if fields["everything"] != nil {
            wish = .everything
        } else if let subject = fields["question"], let answer = Self.answer(fields) {
            wish = .answer(subject, answer)
        } else if let shown = fields["shown"] {
            let choices = Set(shown.split(separator: " ").compactMap { Self.choice(String($0)) })
            let from = fields["quiet_from"].flatMap { StatedPreference.minutes($0) }
            let until = fields["quiet_until"].flatMap { StatedPreference.minutes($0) }
            var quiet: DailyHours?
            if let from, let until, from != until { quiet = DailyHours(from: from, until: until) }
            let best = fields["best"].flatMap { $0.isEmpty ? nil : $0 }
            wish = .choices(
                .init(
                    shown: choices, ticked: choices.filter { fields[Self.name($0)] != nil },
                    preference: StatedPreference(
                        quiet: quiet, channels: best.map { [$0] } ?? [],
                        atMostEvery: fields["often"].flatMap { StatedPreference.span($0) }),
                    wording: texts("page.preferences_wording"), language: texts.language, question: fields["question_shown"]))
        } else {
            wish = .nothing
        }
    }

    /// Saying that it is something else without saying what is no answer.
    private static func answer(_ fields: [String: String]) -> QuestionDesk.Answer? {
        switch fields["answer"] {
        case "holds": return .holds
        case "declined": return .declined
        case "changed":
            let value = (fields["value"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            return value.isEmpty ? nil : .changed(value)
        default: return nil
        }
    }

    /// Names of topics and kinds of addresses hold no spaces and no slashes.
    static func name(_ choice: PreferencesUseCase.Choice) -> String { "on/\(choice.topic)/\(choice.channel)" }

    private static func choice(_ name: String) -> PreferencesUseCase.Choice? {
        let parts = name.split(separator: "/")
        guard parts.count == 3, parts[0] == "on" else { return nil }
        return .init(topic: String(parts[1]), channel: String(parts[2]))
    }
}
