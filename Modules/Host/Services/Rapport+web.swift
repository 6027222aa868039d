import Foundation
import Logging
import RapportCore
public import RapportEngagement
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportWeb

extension Rapport {
    /// The HTTP server over this Rapport.
    ///
    /// - Parameter isWorker: whether this process is a worker too. On SQLite it then handles a few events as they come in: a step of
    ///   its own would read them again and wait for the disk once more.
    func webServer(
        outreach: Outreach, channels: [ChannelInstance], inbox: CallbackInbox, isWorker: Bool = false
    ) async throws -> WebServer {
        let token = try FirstRunToken.read(in: configuration.folder)
        let http = configuration.http
        let house = configuration.house
        let follows = isWorker && database.dialect == .sqlite
        let follow = follows ? following(stepper.settings, budget: .milliseconds(20), most: 16) : nil
        let intake = Intake(database: database, door: door, follow: follow)
        let services = WebServices(
            database: database, intake: intake, clock: clock, texts: texts, zone: houseCalendar,
            logger: Logger(label: "rapport.web"),
            brands: Dictionary(
                uniqueKeysWithValues: configuration.brands.map {
                    ($0.name, .init(title: $0.title, postalAddress: $0.postalAddress))
                }), token: token,
            trackingKeys: try configuration.trackingKeys().mapValues(source),
            unsubscribe: outreach.unsubscribing, preferences: outreach.preferring, questions: questionDesk,
            clicks: outreach.clicking,
            explainer: explainer,
            search: PeopleSearch(book: identity, region: house.country),
            channels: channels.map { ($0.instance.name, $0.instance.plugin) },
            campaigns: { try await outreach.desk.reports() }, checks: { await checks() },
            essentials: { await essentialChecks() }, dataHealth: { try await dataHealth() },
            hook: { [inbox] instance, request in try await inbox.accept(instance, request) }, rights: rightsActions)
        return WebServer(services, host: http.host, port: http.port, idleTimeout: http.idleTimeout) { port in
            let base = http.port == 0 ? "http://\(http.host):\(port)" : http.publicURL
            try? StandardStreams.write("Rapport is at \(base)/?token=\(token)\n".utf8)
        }
    }

    /// Says why, or why not, and calls people by their names.
    public var explainer: Explainer {
        Explainer(
            book: PolicyBook(catalog: catalog), store: DecisionStore(), texts: texts, segments: segmentQuestions,
            naming: { person, db in try People.record(of: person, in: db)?.title })
    }

    private func source(_ instance: TrackingInstance) -> TrackingSource {
        TrackingSource(
            name: "track.\(instance.name)", undeclared: TrackingSource.Undeclared(rawValue: instance.undeclared) ?? .keep,
            region: instance.country ?? configuration.house.country ?? "US")
    }
}

/// The token that opens the pages: made at the first start, kept beside the configuration, readable by its owner only.
enum FirstRunToken {
    static func read(in folder: String) throws -> String {
        let path = "\(folder)/rapport.token"
        if let data = FileManager.default.contents(atPath: path) {
            let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            if token.count >= 16 { return token }
        }
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        let token = String((0..<24).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        let made = FileManager.default.createFile(
            atPath: path, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
        guard made else {
            throw Problem(
                "web.no_token", "the token file \(path) cannot be written", remedy: "Make the folder writable for this user")
        }
        return token
    }
}
