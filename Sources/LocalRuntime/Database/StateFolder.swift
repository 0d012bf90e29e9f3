package import Foundation
import Glibc

/// The one folder that is the emulator's whole state: copy it, when the emulator is down, and you have a snapshot.
///
///     rivulet.sqlite   everything but the bodies
///     objects/         bodies of S3 objects
///     functions/       unpacked code of Lambda functions
///     secrets.key      the key under which secrets lie in rivulet.sqlite
///     snapshots/       states that were saved under a name
///     incoming/        a state that takes the place of this one, until it has (`replace`)
///     lock             held while an emulator runs on this folder
package final class StateFolder: Sendable {
    package let url: URL
    private let lock: Int32

    package var databaseFile: URL { url.appending(path: "rivulet.sqlite") }
    package var secretsKey: URL { url.appending(path: "secrets.key") }
    package var objects: URL { url.appending(path: "objects", directoryHint: .isDirectory) }
    package var functions: URL { url.appending(path: "functions", directoryHint: .isDirectory) }

    /// Makes the folder if it is absent, readable by its owner only, takes its lock, and finishes a replacement of the state
    /// that a crash has broken off.
    ///
    /// - Throws: `StateFolderError.inUse` while another emulator holds it, `.unusable` when it cannot be made.
    package init(at url: URL) throws {
        self.url = url
        do {
            for folder in [url, url.appending(path: "objects"), url.appending(path: "functions")] {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw StateFolderError.unusable(path: url.path, reason: "\(error)")
        }
        lock = open(url.appending(path: "lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw StateFolderError.unusable(path: url.path, reason: String(cString: strerror(errno)))
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(lock)
            throw StateFolderError.inUse(path: url.path)
        }
        do {
            try finishReplacement()
        } catch {
            throw StateFolderError.unusable(path: url.path, reason: "\(error)")
        }
    }

    deinit {
        Glibc.close(lock)
    }
}

/// Why a state folder was refused.
package enum StateFolderError: Error, Equatable, CustomStringConvertible {
    case inUse(path: String)
    case unusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "The state folder \(path) is in use by another emulator. Stop that one, or name another with --state."
        case .unusable(let path, let reason):
            "The state folder \(path) cannot be used: \(reason). Name another with --state."
        }
    }
}
