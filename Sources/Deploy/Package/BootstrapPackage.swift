import AWSClient
import Foundation

/// The zip that all functions are made of: `bootstrap`, and under `lib/` the libraries that Amazon Linux does not have.
struct BootstrapPackage: Sendable {
    /// How the executable carries what it needs.
    enum Kind: String, Sendable, Encodable {
        case staticExecutable = "static executable"
        case staticSwift = "static Swift runtime"
        case sharedSwift = "shared Swift runtime"

        init(_ elf: ELFFile) {
            self =
                elf.isStatic
                ? .staticExecutable : elf.needed.contains { $0.hasPrefix("libswift") } ? .sharedSwift : .staticSwift
        }

        var reason: String {
            switch self {
            case .staticExecutable: "It needs no loader and no library, and starts soonest."
            case .staticSwift:
                "Amazon Linux's own libc, libcurl and libcrypto are used, the last two opened at run time."
            case .sharedSwift: "It was built with the Swift runtime beside it: larger, and slower to start."
            }
        }
    }

    let kind: Kind
    let entries: [ZipEntry]

    /// The executable as it is, with the libraries that it and they need beside it.
    ///
    /// - Parameters:
    ///   - executable: the path of the executable, symbols stripped or not.
    ///   - original: where it lay when it was built, which `$ORIGIN` in its run path stands for.
    ///   - folders: where libraries are looked for after the run path.
    init(executable: String, original: String, folders: [String] = Self.systemFolders) throws {
        let bytes = try Self.contents(executable)
        let elf = try ELFFile(bytes)
        kind = Kind(elf)
        var collected = [ZipEntry(name: "bootstrap", bytes: bytes, isExecutable: true)]
        var wanted = elf.needed.map {
            ($0, elf.runPath.map { $0.replacing("$ORIGIN", with: Self.folder(of: original)) })
        }
        var known = AmazonLinux.libraries
        while let (library, runPath) = wanted.popLast() {
            guard known.insert(library).inserted else { continue }
            guard let path = (runPath + folders).map({ "\($0)/\(library)" }).first(where: Self.isFile) else {
                throw PackageError.libraryNotFound(library)
            }
            let found = try Self.contents(path)
            collected.append(ZipEntry(name: "lib/\(library)", bytes: found, isExecutable: false))
            let read = try ELFFile(found)
            wanted += read.needed.map {
                ($0, runPath + read.runPath.map { $0.replacing("$ORIGIN", with: Self.folder(of: path)) })
            }
        }
        entries = collected
    }

    static let systemFolders = [
        "/usr/local/lib", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ]

    private static func folder(of path: String) -> String {
        URL(filePath: path).deletingLastPathComponent().path
    }

    private static func isFile(_ path: String) -> Bool {
        FileManager.default.isReadableFile(atPath: path)
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw PackageError.unreadable(path) }
        return [UInt8](data)
    }
}

/// A zip on the disk.
struct PackageFile: Sendable {
    let path: String
    let bytes: [UInt8]

    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw PackageError.unreadable(path) }
        self.path = path
        bytes = [UInt8](data)
    }

    /// Whether Lambda could start what is in it.
    func checks(architecture: String) -> [Check] {
        do {
            let size = Check("package", passed: "\(path), \(bytes.count) bytes, sha256 \(try Self.digest(bytes))")
            return [size] + AmazonLinux.checks(of: try ZipArchive.entries(of: bytes), architecture: architecture)
        } catch {
            return [Check("package", failed: "\(path): \(error)", "Make it anew with `rivulet-deploy package`.")]
        }
    }

    /// The SHA-256 in base64, as Lambda tells `CodeSha256`.
    static func digest(_ bytes: [UInt8]) throws -> String {
        Data(try Digest.sha256(bytes)).base64EncodedString()
    }
}

/// Why there is no package.
enum PackageError: Error, Equatable {
    case unreadable(String)
    case libraryNotFound(String)
}

extension PackageError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path): "There is no readable file \(path). Make the package with `rivulet-deploy package`."
        case .libraryNotFound(let name):
            "The executable needs \(name), which is not installed here. Install the package that holds it."
        }
    }
}
