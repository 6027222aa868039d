import Foundation
import RapportCore
import RapportStorage

#if canImport(Glibc)
    import Glibc
#endif

/// A throw-away PostgreSQL server, one a test process, reached over a Unix socket in its own folder.
///
/// A shell stands between the two: when the pipe from the test process closes, be it by a crash, it stops the server by its
/// process id and removes the folder.
actor PostgresServer {
    private let folder: String
    private let shell: Process
    /// Keeps the pipe open as long as the process lives.
    private let leash: FileHandle
    private let maintenance: PostgresDatabase
    private var templates: [String: Task<String, any Error>] = [:]
    private var made = 0

    /// The folder of `initdb` and `postgres`, the newest first; `nil` where none is installed.
    static let binaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init).sorted(by: >)
        let folders = versions.filter { $0 >= 15 }.map { "\(root)/\($0)/bin" }
        return folders.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
    }()

    private static let starting = Task { try await PostgresServer() }

    static var shared: PostgresServer { get async throws { try await starting.value } }

    /// `initdb` and the server refuse root: for root they run as the user `postgres`. ICU's order of text, which differs
    /// from that of bytes, brings to light a column or comparison that forgot COLLATE "C".
    private static let script = """
        trap '' INT TERM HUP
        folder=$1 binaries=$2
        if [ "$(id -u)" = 0 ]; then
            as() { exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
            chown postgres "$folder"
        else
            as() { exec "$@"; }
        fi
        (as "$binaries/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --locale-provider=icu --icu-locale=en-US --no-sync) >"$folder/log" 2>&1 </dev/null || exit 1
        (as "$binaries/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c max_connections=300 \
            -c full_page_writes=off -c shared_buffers=64MB -c deadlock_timeout=50ms) >>"$folder/log" 2>&1 </dev/null &
        server=$!
        read -r _
        kill -QUIT "$server"
        wait "$server"
        rm -rf "$folder"
        """

    private init() async throws {
        guard let binaries = Self.binaries else { throw Problem("test.no_postgres", "PostgreSQL is not installed") }
        // Not TMPDIR: the socket's path must stay under 108 bytes, and the server runs as a user who may not enter that folder.
        folder = "/tmp/rapport-postgres-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Problem("test.no_postgres", "no pipe: \(errno)") }
        // Closed on exec, so that no other child of the tests holds the leash.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        leash = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let far = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        shell.arguments = ["/bin/sh", "-c", Self.script, "sh", folder, binaries]
        shell.standardInput = far
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        try far.close()
        maintenance = try await Self.connect(to: Self.url(of: "postgres", in: folder), folder: folder, shell: shell)
    }

    private static func connect(to uri: String, folder: String, shell: Process) async throws -> PostgresDatabase {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await PostgresDatabase(uri: uri, connections: 3)
            } catch {
                guard shell.isRunning, ContinuousClock.now < deadline else {
                    let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "no log"
                    throw Problem("test.no_postgres", "PostgreSQL did not start: \(log)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    nonisolated func url(of database: String) -> String { Self.url(of: database, in: folder) }

    private static func url(of database: String, in folder: String) -> String {
        "postgres://postgres@/\(database)?host=\(folder)"
    }

    /// Makes a database, copied from one migrated once, and returns its name.
    func create(migrations: [Migration]) async throws -> String {
        let source = migrations.isEmpty ? "template1" : try await template(for: migrations)
        made += 1
        let name = "test\(made)"
        try await maintenance.outsideTransaction { try $0.run("CREATE DATABASE \(raw: name) TEMPLATE \(raw: source)") }
        return name
    }

    func drop(_ name: String) async throws {
        try await maintenance.outsideTransaction { try $0.run("DROP DATABASE \(raw: name) WITH (FORCE)") }
    }

    private func template(for migrations: [Migration]) async throws -> String {
        let key = migrations.map { $0.name + $0.statements.joined() }.sorted().joined()
        if let known = templates[key] { return try await known.value }
        let name = "template_\(templates.count)"
        let task = Task { [maintenance, url = url(of: name)] in
            try await maintenance.outsideTransaction { try $0.run("CREATE DATABASE \(raw: name)") }
            try await TemporaryDatabase.closing(try await PostgresDatabase(uri: url, connections: 3)) {
                try await Migrator(migrations: migrations).migrate($0)
            }
            return name
        }
        templates[key] = task
        return try await task.value
    }
}
