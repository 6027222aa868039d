import Foundation
import GRDBSQLite
import RapportCore
import Synchronization

/// What SQLite told the disk about the database in one folder, in its order, and what may be left of it when the power goes: all that was
/// synced, and of the rest whatever the disk happened to have written, down to single sectors. It can refuse what it is told, too.
final class RecordedDisk: Sendable {
    enum File: Hashable { case database, log }

    struct Image {
        var database: [UInt8] = []
        var log: [UInt8] = []
        /// The largest number that was acknowledged before the power went.
        var acknowledged: Int64 = 0
    }

    private enum Act {
        case write(File, offset: Int, bytes: [UInt8])
        case cut(File, size: Int)
        /// The file is synced: what had been done to it before that many acts is on the disk.
        case synced(File, upTo: Int)
        case acknowledged(Int64)
    }

    private static let sector = 512

    private struct Faults {
        var share = 0.0
        var random = SplitMix64(seed: 0)
        var told = 0
    }

    private let folder: String
    private let acts = Mutex<[Act]>([])
    private let behaviour = Mutex(Behaviour())

    /// How the disk answers when it is to sync.
    struct Behaviour {
        /// What it then takes, in microseconds.
        var syncTakes: UInt32 = 0
        var refusesSyncs = false
    }
    private let faults = Mutex(Faults())

    /// Follows what is opened from now on in the folder.
    init(folder: String) {
        self.folder = folder
        Recorder.watch(folder, self)
    }

    func stop() { Recorder.watch(folder, nil) }

    /// From now on so many of the acts fail, from 0 to 1.
    func fail(_ share: Double, seed: UInt64) {
        faults.withLock { faults in
            faults.share = share
            faults.random = SplitMix64(seed: seed)
        }
    }

    /// How many acts have failed.
    var failures: Int { faults.withLock { $0.told } }

    /// The fault of the next act; `SQLITE_OK` where it has none.
    fileprivate func fault(_ codes: [Int32]) -> Int32 {
        faults.withLock { faults in
            guard faults.share > 0, Double.random(in: 0..<1, using: &faults.random) < faults.share else { return SQLITE_OK }
            faults.told += 1
            return codes[Int.random(in: 0..<codes.count, using: &faults.random)]
        }
    }

    var count: Int { acts.withLock { $0.count } }

    func behave(_ change: (inout Behaviour) -> Void) { behaviour.withLock { change(&$0) } }

    /// How often the log was synced.
    var syncsOfLog: Int {
        acts.withLock { acts in
            acts.count { act in
                guard case .synced(.log, _) = act else { return false }
                return true
            }
        }
    }

    func acknowledge(_ number: Int64) { acts.withLock { $0.append(.acknowledged(number)) } }

    fileprivate func write(_ file: File, at offset: Int64, _ bytes: UnsafeRawBufferPointer) {
        acts.withLock { $0.append(.write(file, offset: Int(offset), bytes: Array(bytes))) }
    }

    fileprivate func cut(_ file: File, to size: Int64) { acts.withLock { $0.append(.cut(file, size: Int(size))) } }

    fileprivate func sync(_ file: File, by sync: () -> Int32) -> Int32 {
        let before = count
        let behaviour = behaviour.withLock { $0 }
        usleep(behaviour.syncTakes)
        let result = behaviour.refusesSyncs ? SQLITE_IOERR : sync()
        if result == SQLITE_OK { acts.withLock { $0.append(.synced(file, upTo: before)) } }
        return result
    }

    /// What the disk holds when the power goes after `moment` acts.
    ///
    /// - Parameters:
    ///   - base: the acts that are on the disk in any case.
    ///   - share: of the writes that were not synced, how many the disk has done, from 0 to 1. Some of the others it has begun.
    func image(after moment: Int, base: Int, share: Double, by random: inout SplitMix64) -> Image {
        let acts = acts.withLock { Array($0.prefix(moment)) }
        var safe: [File: Int] = [:]
        var image = Image()
        for case .synced(let file, let upTo) in acts { safe[file] = max(safe[file] ?? 0, upTo) }
        for (index, act) in acts.enumerated() {
            switch act {
            case .write(let file, let offset, let bytes):
                let isSafe = index < max(base, safe[file] ?? 0)
                for start in stride(from: 0, to: bytes.count, by: isSafe ? bytes.count : Self.sector)
                where isSafe || Double.random(in: 0..<1, using: &random) < share {
                    let end = isSafe ? bytes.count : min(start + Self.sector, bytes.count)
                    image.put(file, bytes[start..<end], at: offset + start)
                }
            case .cut(let file, let size):
                if index < max(base, safe[file] ?? 0) || Bool.random(using: &random) { image.resize(file, size) }
            case .synced: break
            case .acknowledged(let number): image.acknowledged = max(image.acknowledged, number)
            }
        }
        return image
    }
}

extension RecordedDisk.Image {
    fileprivate mutating func put(_ file: RecordedDisk.File, _ bytes: ArraySlice<UInt8>, at offset: Int) {
        change(file) { content in
            let end = offset + bytes.count
            if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
            content.replaceSubrange(offset..<end, with: bytes)
        }
    }

    fileprivate mutating func resize(_ file: RecordedDisk.File, _ size: Int) {
        change(file) { content in
            content.removeLast(max(0, content.count - size))
            content += [UInt8](repeating: 0, count: size - content.count)
        }
    }

    private mutating func change(_ file: RecordedDisk.File, _ change: (inout [UInt8]) -> Void) {
        switch file {
        case .database: change(&database)
        case .log: change(&log)
        }
    }
}

/// SQLite's way to files as this process finds it, with files of watched folders recorded (https://sqlite.org/vfs.html).
private enum Recorder {
    private struct Followed: Sendable {
        let disk: RecordedDisk
        let file: RecordedDisk.File
        // Safe: SQLite's own table is a constant of its library, and nobody writes to it.
        nonisolated(unsafe) let system: UnsafePointer<sqlite3_io_methods>
        // Safe: filled before the file is known by it, only read from then on, and freed by the one call that closes the file.
        nonisolated(unsafe) let recording: UnsafeMutablePointer<sqlite3_io_methods>
    }

    private static let watched = Mutex<[String: RecordedDisk]>([:])
    // SQLite knows a file by its address, which is free for others once it is closed.
    private static let files = Mutex<[UInt: Followed]>([:])

    // Safe: SQLite registers it when the process starts and never changes or frees it; it is found once, and only read.
    private nonisolated(unsafe) static let system = sqlite3_vfs_find(nil)
    // Safe: filled once, by `isInstalled`, before SQLite is told of it. SQLite alone writes to it later, its link to the next, under a
    // lock of its own. Never freed.
    private nonisolated(unsafe) static let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)

    static func watch(_ folder: String, _ disk: RecordedDisk?) {
        guard isInstalled else { return }
        watched.withLock { $0[folder] = disk }
    }

    private static let isInstalled: Bool = {
        guard var own = system?.pointee else { return false }
        own.zName = UnsafePointer(strdup("recorded"))
        own.xOpen = { _, name, file, flags, outFlags in
            let result = Recorder.system?.pointee.xOpen(Recorder.system, name, file, flags, outFlags) ?? SQLITE_CANTOPEN
            if result == SQLITE_OK, let name, let file { Recorder.follow(String(cString: name), file, flags) }
            return result
        }
        vfs.initialize(to: own)
        return sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }()

    private static func follow(_ path: String, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32) {
        guard flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) != 0, let system = file.pointee.pMethods,
            let disk = watched.withLock({ $0[URL(fileURLWithPath: path).deletingLastPathComponent().path] })
        else { return }
        let recording = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        recording.initialize(to: methods(from: system.pointee))
        let followed = Followed(
            disk: disk, file: flags & SQLITE_OPEN_WAL != 0 ? .log : .database, system: system, recording: recording)
        files.withLock { $0[UInt(bitPattern: file)] = followed }
        file.pointee.pMethods = UnsafePointer(recording)
    }

    private static func methods(from system: sqlite3_io_methods) -> sqlite3_io_methods {
        var methods = system
        methods.xWrite = { file, bytes, count, offset in
            guard let followed = Recorder.followed(file) else { return SQLITE_IOERR }
            let fault = followed.disk.fault([SQLITE_FULL, SQLITE_IOERR | 3 << 8])
            guard fault == SQLITE_OK else { return fault }
            if let bytes {
                followed.disk.write(followed.file, at: offset, UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            }
            return followed.system.pointee.xWrite(file, bytes, count, offset)
        }
        methods.xTruncate = { file, size in
            guard let followed = Recorder.followed(file) else { return SQLITE_IOERR }
            followed.disk.cut(followed.file, to: size)
            return followed.system.pointee.xTruncate(file, size)
        }
        methods.xSync = { file, flags in
            guard let followed = Recorder.followed(file) else { return SQLITE_IOERR }
            // SQLITE_IOERR_FSYNC; that of a write is 3. Once the log was not synced nothing is accepted any more: `GroupCommitTests`.
            let fault = followed.file == .log ? SQLITE_OK : followed.disk.fault([SQLITE_IOERR | 4 << 8])
            guard fault == SQLITE_OK else { return fault }
            return followed.disk.sync(followed.file) { followed.system.pointee.xSync(file, flags) }
        }
        methods.xClose = { file in
            guard let followed = Recorder.files.withLock({ $0.removeValue(forKey: UInt(bitPattern: file)) }) else {
                return SQLITE_IOERR
            }
            defer { followed.recording.deallocate() }
            return followed.system.pointee.xClose(file)
        }
        return methods
    }

    private static func followed(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Followed? {
        files.withLock { $0[UInt(bitPattern: file)] }
    }
}
