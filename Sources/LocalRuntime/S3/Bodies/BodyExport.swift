import Foundation
import Glibc

extension ObjectBodies {
    /// Writes a stored body as a file of its own: a second link where the file system allows, a copy otherwise.
    func export(_ body: StoredBody, to file: URL) async throws {
        try await blocking { [self] in
            let manager = FileManager.default
            try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            unlink(file.path)
            switch body {
            case .inline(let bytes): try Data(bytes).write(to: file)
            case .file(let stored):
                if Glibc.link(path(of: stored), file.path) == 0 { return }
                try manager.copyItem(atPath: path(of: stored), toPath: file.path)
            }
        }
    }
}
