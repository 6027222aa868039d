import Logging
import RapportCore
import RapportIntegration
import RapportStorage
import ServiceLifecycle

/// Compares whoever is new or has changed. It works as long as it rests, so that others come to write, and a tenth of the time where
/// others wait to write; it waits while many events do, and while an import brings many records: whoever loads a base is not to be
/// held up by it.
struct MatchService: Service {
    private static let crowd: Int64 = 1_000
    private static let slice = 50

    private let database: any Database
    private let desk: MatchDesk
    private let accounts: AccountDesk
    private let logger: Logger

    init(_ rapport: Rapport) {
        database = rapport.database
        desk = rapport.matchDesk
        accounts = rapport.accountDesk
        logger = rapport.logger
    }

    var isNeeded: Bool { desk.settings.mode != .off }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var load = ImportLoad()
            while !Task.isCancelled {
                var rest = Duration.milliseconds(250)
                do {
                    let start = ContinuousClock.now
                    if try await hasWork() {
                        let imports = try await database.read { db in try Imports.running(in: db) }
                        if load.isMuch(imports) {
                            rest = .milliseconds(500)
                        } else {
                            let companies = try await accounts.pass(Self.slice).accounts
                            let outcome = try await desk.pass(Self.slice)
                            if !outcome.isIdle || companies > 0 {
                                let share = outcome.waited > .milliseconds(2) ? 9 : 1
                                rest = (ContinuousClock.now - start - outcome.waited) * share
                            }
                        }
                    }
                } catch {
                    logger.warning("people will be compared later", metadata: ["error": "\(error)"])
                    rest = .seconds(2)
                }
                try? await Task.sleep(for: rest)
            }
        }
    }

    private func hasWork() async throws -> Bool {
        try await database.read { db in
            let isWaiting = try db.integer("SELECT MIN(person) FROM match_queue") != nil
            let isSure = try db.integer("SELECT MIN(low) FROM reviews WHERE verdict = 'sure'") != nil
            let isCompanyWaiting = try db.integer("SELECT MIN(account) FROM account_match_queue") != nil
            return try (isWaiting || isSure || isCompanyWaiting) && Door.backlog(in: db) < Self.crowd
        }
    }
}
