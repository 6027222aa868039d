import Foundation
import Hummingbird
import Logging
import NIOCore
public import RapportCore
public import ServiceLifecycle

/// The HTTP server: tracking API, pages, public links, callbacks, health.
public struct WebServer: Service {
    private let services: WebServices
    private let host: String
    private let port: Int
    private let idleTimeout: Span
    private let bound: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - idleTimeout: how long a connection may say nothing, between requests or in the middle of one, before it is closed. Clients
    ///     that keep theirs open ask at least once a minute, and one that never ends its request holds no connection for ever.
    ///   - bound: called once with the port that the server listens on.
    public init(
        _ services: WebServices, host: String, port: Int, idleTimeout: Span, bound: @escaping @Sendable (Int) async -> Void
    ) {
        self.services = services
        self.host = host
        self.port = port
        self.idleTimeout = idleTimeout
        self.bound = bound
    }

    /// Serves until the task is cancelled or its service group shuts down; requests in hand are answered first.
    public func run() async throws {
        let tracking = TrackingService(database: services.database, intake: services.intake, clock: services.clock)
        let router = try Self.router(services, tracking)
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ContinueHandler()], idleTimeout: .milliseconds(idleTimeout.milliseconds))),
            configuration: .init(address: .hostname(host, port: port), serverName: "Rapport"),
            onServerRunning: { channel in await bound(channel.localAddress?.port ?? port) }, logger: services.logger)
        let counting = Task { await tracking.writeCounts(every: .seconds(2)) }
        let end: Result<Void, any Error>
        do { end = .success(try await application.run()) } catch { end = .failure(error) }
        counting.cancel()
        await tracking.writeCounts()
        do { try end.get() } catch let error as IOError { throw refusal(error) }
    }

    /// Why the address cannot be listened on.
    private func refusal(_ error: IOError) -> any Error {
        switch error.errnoCode {
        case EADDRINUSE:
            Problem(
                "http.port_taken", "another program listens on port \(port) of \(host) already", at: .init(path: "http.port"),
                remedy: "Stop it (it may be another rapport-server), or name another port in rapport.yaml")
        case EACCES:
            Problem(
                "http.port_forbidden", "this user may not listen on port \(port) of \(host)", at: .init(path: "http.port"),
                remedy: "Name one above 1023, and put a proxy before it")
        case EADDRNOTAVAIL:
            Problem(
                "http.no_host", "this machine has no address \(host)", at: .init(path: "http.host"),
                remedy: "Name one of its own, or 0.0.0.0 for all of them")
        default: error
        }
    }

    private static func router(_ services: WebServices, _ tracking: TrackingService) throws -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        let pages = try PageRenderer(texts: services.texts, zone: services.zone, brands: services.brands)
        AssetRoutes().add(to: router)
        TrackingRoutes(service: tracking, keys: services.trackingKeys).add(to: router)
        PublicRoutes(unsubscribe: services.unsubscribe, clicks: services.clicks, pages: pages).add(to: router)
        PreferenceRoutes(preferences: services.preferences, pages: pages).add(to: router)
        HookRoutes(clock: services.clock, hook: services.hook).add(to: router)
        HealthRoutes(services: services, tracking: tracking).add(to: router)
        let access = Access(token: services.token, pages: pages)
        access.add(to: router)
        LookupRoutes(services: services, access: access).add(to: router)
        if let rights = services.rights {
            RightsRoutes(services: services, access: access, actions: rights).add(to: router)
        }
        PageRoutes(services: services, pages: pages, access: access).add(to: router)
        router.add(middleware: OtherMethods(router))
        return router
    }
}
