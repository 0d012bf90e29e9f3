import AWSProtocol
import EmulatorDatabase
import Foundation

/// The secret of one run (DESIGN D8): who can read the state folder may control the emulator that runs on it.
struct ControlToken: Sendable {
    let text: String

    /// 256 random bits.
    init() {
        var generator = SystemRandomNumberGenerator()
        text = Hex.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Compares in a time that does not depend on where the two differ.
    func matches(_ other: String) -> Bool {
        text.equalsInConstantTime(other)
    }
}

/// `control.json` in the state folder: where the emulator that runs on it answers, and its token. Its owner alone may
/// read it.
struct ControlFile: Codable, Sendable {
    var endpoint: String
    var token: String
    var pid: Int32

    static func url(in state: URL) -> URL { state.appending(path: "control.json") }

    /// Puts the file in place, whole or not at all.
    func write(in state: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = Self.url(in: state)
        let fresh = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: fresh)
        let isMade = FileManager.default.createFile(
            atPath: fresh.path, contents: try encoder.encode(self), attributes: [.posixPermissions: 0o600])
        guard isMade, rename(fresh.path, file.path) == 0 else {
            throw StateFolderError.unusable(path: state.path, reason: String(cString: strerror(errno)))
        }
    }

    /// The token for an emulator: of the environment, or of the state folder when the emulator that runs on it is the one.
    static func token(for endpoint: String, state: String) -> String? {
        if let given = ProcessInfo.processInfo.environment["RIVULET_CONTROL_TOKEN"] { return given }
        let file = read(in: URL(filePath: state, directoryHint: .isDirectory))
        return file?.endpoint == endpoint ? file?.token : nil
    }

    static func remove(in state: URL) {
        try? FileManager.default.removeItem(at: url(in: state))
    }

    /// nil when no emulator has written one, or it is gone with a clean stop.
    static func read(in state: URL) -> ControlFile? {
        FileManager.default.contents(atPath: url(in: state).path).flatMap {
            try? JSONDecoder().decode(ControlFile.self, from: $0)
        }
    }
}
