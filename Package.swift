// swift-tools-version:6.2
import PackageDescription

// Every Swift target compiles under the same strict settings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = [])
    -> Target
{
    .target(
        name: "Rapport\(name)", dependencies: dependencies, path: "Modules/\(name)", exclude: exclude,
        resources: resources, swiftSettings: strict)
}

/// A plugin is one folder: README.md, config.sample.yaml, Sources/, Tests/, Fixtures/.
func plugin(_ kind: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
    let folder = "Plugins/\(kind)/\(name)"
    return [
        .target(
            name: name, dependencies: ["RapportPluginKit", "RapportCore"] + dependencies, path: folder,
            exclude: ["README.md", "Tests"], sources: ["Sources"], resources: [.embedInCode("config.sample.yaml")],
            swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "RapportTestKit", "RapportPluginKit", "RapportCore"],
            path: "\(folder)/Tests", swiftSettings: strict),
    ]
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["RapportTestKit", "RapportCore"], path: "Tests/\(name)Tests",
        exclude: exclude, swiftSettings: strict)
}

func app(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Apps/\(name)", resources: resources, swiftSettings: strict)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

var targets: [Target] = []

// MARK: C libraries
targets += [
    .systemLibrary(name: "CPQ", path: "Modules/Shims/CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CMemory", path: "Modules/Shims/CMemory"),
    .systemLibrary(name: "CZlib", path: "Modules/Shims/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
        name: "CCurlSystem", path: "Modules/Shims/CCurlSystem", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
        name: "CGMimeSystem", path: "Modules/Shims/CGMimeSystem", pkgConfig: "gmime-3.0",
        providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(
        name: "CSigningSystem", path: "Modules/Shims/CSigningSystem", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CSigning", dependencies: ["CSigningSystem"], path: "Modules/Shims/CSigning"),
    .target(name: "CSpawn", path: "Modules/Shims/CSpawn"),
    .target(name: "CCurl", dependencies: ["CCurlSystem"], path: "Modules/Shims/CCurl"),
    .target(name: "CGMime", dependencies: ["CGMimeSystem"], path: "Modules/Shims/CGMime"),
    .target(
        name: "CPhoneNumber", path: "Modules/Shims/CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),
]

// MARK: Core
targets += [
    module("Core", ["CPhoneNumber", crypto], resources: [.embedInCode("Texts/en.yaml")]),
    module("Tabular", ["RapportCore", "CZlib"]),
    module("Matching", ["RapportCore"]),
    module(
        "Checkup", ["RapportTabular", "RapportMatching", "RapportCore"], exclude: ["Lists/README.md"],
        resources: [
            .embedInCode("Lists/top-level-domains.txt"), .embedInCode("Lists/disposable-domains.txt"),
            .embedInCode("Report/checkup.css"),
        ]),
]

// MARK: Plugin contract
targets += [
    module("PluginKit", ["RapportCore", yams, crypto, logging]),
    module("Mail", ["RapportPluginKit", "RapportCore", "CGMime", "CSigning", crypto, cryptoExtras]),
    module("PluginProcess", ["RapportPluginKit", "RapportCore", "CSpawn", logging]),
]

// MARK: Storage
targets += [
    module("Storage", ["RapportCore", "CPQ", "CZlib", "CMemory", grdb, sqlite, crypto, logging])
]

// MARK: Capabilities
targets += [
    module(
        "Integration",
        ["RapportStorage", "RapportPluginKit", "RapportTabular", "RapportMatching", "RapportCore", crypto, logging]),
    module("Analytics", ["RapportStorage", "RapportTabular", "RapportCore"]),
    module(
        "Engagement",
        ["RapportStorage", "RapportPluginKit", "RapportCore", mustache, crypto, logging]),
    module(
        "Web",
        [
            "RapportEngagement", "RapportIntegration", "RapportStorage", "RapportPluginKit", "RapportCore", "CZlib",
            mustache, crypto, logging, lifecycle,
        ] + hummingbird,
        resources: [
            "style.css", "mark.svg", "layout.mustache", "overview.mustache", "people.mustache", "person.mustache",
            "health.mustache", "data.mustache", "token.mustache", "unsubscribe.mustache", "preferences.mustache",
            "message.mustache",
        ].map { .embedInCode("Assets/\($0)") }),
]

// MARK: Host
targets += [
    module(
        "Host",
        [
            "RapportWeb", "RapportAnalytics", "RapportEngagement", "RapportIntegration", "RapportStorage",
            "RapportPluginProcess", "RapportPluginKit", "RapportTabular", "RapportMatching", "RapportCore", logging, lifecycle,
            signals,
        ]),
    module(
        "TestKit", ["RapportStorage", "RapportPluginProcess", "RapportPluginKit", "RapportCore", logging],
        resources: [.embedInCode("Conformance/fault_proxy.py")]),
]

// MARK: Plugins
targets += plugin("Channels", "OutboxChannel", ["RapportMail"])
targets += plugin("Channels", "EmailChannel", ["RapportMail", "CCurl", crypto])
targets += plugin("Channels", "WebhookChannel", ["CCurl", crypto])
targets += plugin("Channels", "ExecChannel", ["RapportPluginProcess"])
targets += plugin("Sources", "CSVSource", ["RapportTabular", logging])
targets += plugin("Sources", "JSONLSource", ["RapportTabular"])
targets += plugin("Sources", "ExecSource", ["RapportPluginProcess"])
targets += plugin("Sources", "SingerSource", ["RapportPluginProcess", "RapportTabular", logging])
targets += [
    .target(
        name: "RapportRegistered",
        dependencies: [
            "OutboxChannel", "EmailChannel", "WebhookChannel", "ExecChannel", "CSVSource", "JSONLSource", "ExecSource",
            "SingerSource", "RapportPluginKit",
        ], path: "Plugins/Registered", swiftSettings: strict)
]

// MARK: Apps
targets += [
    app(
        "rapport",
        [
            "RapportHost", "RapportRegistered", "RapportEngagement", "RapportIntegration", "RapportStorage",
            "RapportPluginKit", "RapportPluginProcess", "RapportTabular", "RapportMatching", "RapportCheckup", "RapportAnalytics",
            "RapportCore", "RapportWeb",
            arguments, logging,
            lifecycle,
        ],
        resources: ["rapport", "policy", "profiles", "segments", "templates", "lifecycle", "objectives"].map {
            .embedInCode("Starter/\($0).yaml")
        }
            + [
                "channel.swift", "channel_tests.swift", "channel.yaml", "source.swift", "source_tests.swift", "source.yaml",
                "main.swift", "package.swift", "readme.md", "file_channel_file_channel.py", "file_channel_plugin.yaml",
                "folder_source_folder_source.py", "folder_source_plugin.yaml",
            ].map { .embedInCode("Templates/\($0).txt") }),
    app("rapport-server", ["RapportHost", "RapportRegistered", arguments, logging, lifecycle]),
    app("rapport-worker", ["RapportHost", "RapportRegistered", arguments, logging, lifecycle]),
]

// MARK: Tests
targets += [
    tests("Core", ["CPhoneNumber"]),
    tests("Tabular", ["RapportTabular", "CZlib"], exclude: ["Fixtures"]),
    tests("Matching", ["RapportMatching", "RapportTabular"]),
    tests("Checkup", ["RapportCheckup"]),
    tests("PluginKit", ["RapportPluginKit"]),
    tests("Mail", ["RapportMail", "RapportPluginKit"]),
    tests("PluginProcess", ["rapport", "RapportPluginProcess", "RapportPluginKit"], exclude: ["Fixtures"]),
    tests("Storage", ["RapportStorage", sqlite]),
    tests("Analytics", ["RapportAnalytics", "RapportStorage", "RapportTabular"]),
    tests(
        "Integration",
        [crypto, "RapportIntegration", "RapportStorage", "RapportPluginKit", "RapportTabular", "RapportMatching"]),
    tests("Engagement", ["RapportEngagement", "RapportStorage", "RapportPluginKit", mustache]),
    tests("Web", ["RapportWeb", "RapportEngagement", "RapportIntegration", "RapportStorage", "RapportPluginKit"]),
    tests(
        "Host",
        [
            crypto, "RapportHost", "RapportRegistered", "RapportAnalytics", "RapportCheckup", "RapportEngagement",
            "RapportIntegration", "RapportWeb", "RapportStorage", "RapportPluginProcess", "RapportPluginKit", "CPhoneNumber",
        ]),
    tests("Process", ["RapportStorage"]),
    tests("Conventions", ["rapport", "RapportHost", "RapportStorage"]),
]

// MARK: Benchmarks
targets += [
    // Baselines and loads of scripts/bench. No product: it is built with the rest and shipped with nothing.
    .executableTarget(
        name: "Benchmarks",
        dependencies: [
            "RapportHost", "RapportRegistered", "RapportEngagement", "RapportStorage", "RapportCore", "CCurl", grdb, sqlite,
            arguments, logging,
        ] + hummingbird,
        path: "Tests/Benchmarks", exclude: ["Harness", "Lua"], swiftSettings: strict)
]

let package = Package(
    name: "rapport",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "RapportCore", targets: ["RapportCore"]),
        .library(name: "RapportPluginKit", targets: ["RapportPluginKit"]),
        .library(name: "RapportTestKit", targets: ["RapportTestKit"]),
        .executable(name: "rapport", targets: ["rapport"]),
        .executable(name: "rapport-server", targets: ["rapport-server"]),
        .executable(name: "rapport-worker", targets: ["rapport-worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: targets
)
