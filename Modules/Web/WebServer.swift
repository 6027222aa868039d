import Hummingbird
import Logging
import NIOCore
import RapportCore
public import ServiceLifecycle

/// The HTTP server: tracking API, pages, public links, callbacks, health.
public struct WebServer: Service {
    private let services: WebServices
    private let host: String
    private let port: Int
    private let bound: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - bound: called once with the port that the server listens on.
    public init(
        _ services: WebServices, host: String, port: Int, bound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.services = services
        self.host = host
        self.port = port
        self.bound = bound
    }

    /// Serves until the task is cancelled or its service group shuts down; requests in hand are answered first.
    public func run() async throws {
        let router = try Self.router(services)
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(additionalChannelHandlers: [ContinueHandler()], idleTimeout: Self.idleTimeout)),
            configuration: .init(address: .hostname(host, port: port), serverName: "Rapport"),
            onServerRunning: { channel in await bound(channel.localAddress?.port ?? port) }, logger: services.logger)
        try await application.run()
    }

    /// How long a connection may say nothing, between requests or in the middle of one, before it is closed: clients that keep
    /// theirs open ask at least once a minute, and a client that never ends its request holds no connection for ever.
    private static let idleTimeout = TimeAmount.seconds(90)

    static func router(_ services: WebServices) throws -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        let pages = try PageRenderer(texts: services.texts, zone: services.zone)
        AssetRoutes().add(to: router)
        let tracking = TrackingService(database: services.database, intake: services.intake, clock: services.clock)
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
