import Foundation
import Glibc

/// The source files below some folders, and when each was last changed.
struct SourceTree: Sendable, Equatable {
    struct Stamp: Sendable, Hashable {
        /// Nanoseconds since 1970.
        var changed: Int64
        var size: Int64
    }

    /// Ends of names that are sources of a program, in the languages that functions of `provided.al2023` are written in.
    static let suffixes: Set<String> = [
        "c", "cc", "cpp", "cxx", "cr", "d", "go", "h", "hh", "hpp", "hs", "m", "mm", "mod", "nim", "py", "rb", "rs",
        "s",
        "S", "sh", "swift", "sum", "toml", "zig",
    ]
    /// Files without such an end that are sources, too.
    static let names: Set<String> = ["Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "Dockerfile"]
    /// Folders of other people's code, and of what builds leave; those whose name begins with a dot are passed over, too.
    static let passedOver: Set<String> = ["node_modules", "target", "build", "zig-out", "vendor", "__pycache__"]

    /// By path.
    private(set) var files: [String: Stamp] = [:]

    /// Looks through folders as they are now. A folder that cannot be read, or is gone, has no files.
    ///
    /// - Parameter bootstrap: what the build makes; never a source, whatever its name.
    init(below folders: [String], without bootstrap: String) {
        for folder in folders { gather(folder, bootstrap) }
    }

    init(_ files: [String: Stamp]) {
        self.files = files
    }

    /// The files that are new, changed or gone since then, in the order of their names.
    func changes(since earlier: SourceTree) -> [String] {
        Set(files.keys).union(earlier.files.keys).filter { files[$0] != earlier.files[$0] }.sorted()
    }

    private mutating func gather(_ folder: String, _ bootstrap: String) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), !Self.passedOver.contains(name) else { continue }
            take(folder == "/" ? "/\(name)" : "\(folder)/\(name)", name, bootstrap)
        }
    }

    private mutating func take(_ path: String, _ name: String, _ bootstrap: String) {
        var status = stat()
        guard lstat(path, &status) == 0, path != bootstrap else { return }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: gather(path, bootstrap)
        case S_IFREG where Self.isSource(name):
            let changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            files[path] = Stamp(changed: changed, size: Int64(status.st_size))
        default: break
        }
    }

    private static func isSource(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return names.contains(name) }
        return suffixes.contains(String(name[name.index(after: dot)...])) || names.contains(name)
    }
}
