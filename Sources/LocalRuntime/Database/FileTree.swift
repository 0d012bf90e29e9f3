import Foundation
import Glibc

/// Whole folders of files.
enum FileTree {
    /// Makes `target` the same tree as `source`, its files second links where the file system allows it, else copies.
    static func link(_ source: URL, to target: URL) throws {
        let manager = FileManager.default
        let attributes = try manager.attributesOfItem(atPath: source.path)
        guard attributes[.type] as? FileAttributeType == .typeDirectory else {
            if attributes[.type] as? FileAttributeType == .typeRegular, Glibc.link(source.path, target.path) == 0 {
                return
            }
            return try manager.copyItem(atPath: source.path, toPath: target.path)
        }
        try manager.createDirectory(
            at: target, withIntermediateDirectories: true,
            attributes: [.posixPermissions: attributes[.posixPermissions] ?? 0o700])
        for name in try manager.contentsOfDirectory(atPath: source.path) {
            try link(source.appending(path: name), to: target.appending(path: name))
        }
    }

    /// What the files below a folder hold together, in bytes.
    static func size(_ folder: URL) throws -> Int64 {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.reduce(0) { sum, path in
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: path).path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { return sum }
            return sum + ((attributes[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }
}
