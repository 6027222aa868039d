import ArgumentParser
import RapportCore
import RapportHost

/// The way back from a model that was learnt to that which comes with Rapport.
struct BuiltInModel: ParsableArguments {
    @Flag(help: "Forget what was learnt, and go back to the model that comes with Rapport.")
    var builtIn = false

    /// Forgets what was learnt, if that is asked for, and says so.
    ///
    /// - Parameter next: the text `cli.NEXT` of what to do then.
    /// - Returns: whether that was all.
    func restored(_ common: CommonOptions, next: String, forgetting: @Sendable (Rapport) async throws -> Void) async throws
        -> Bool
    {
        guard builtIn else { return false }
        let output = common.output
        try await common.withRapport { try await forgetting($0) }
        output.say("duplicates.built_in")
        output.say(next)
        output.json(["model": 0])
        return true
    }
}
