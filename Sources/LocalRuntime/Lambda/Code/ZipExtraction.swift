import CZlib
import Foundation
import Glibc

extension ZipArchive {
    /// Unpacks into a new folder. Files come first and links last, so that no file is ever written through a link.
    ///
    /// - Throws: `ZipError`, and what the file system refuses.
    func extract(to root: URL) throws {
        try makeFolder(root.path)
        for entry in entries {
            let folders = entry.kind == .folder ? entry.path[...] : entry.path.dropLast()
            var path = root.path
            for name in folders {
                path += "/" + name
                try makeFolder(path)
            }
            if entry.kind == .file { try write(entry, to: path + "/" + (entry.path.last ?? "")) }
        }
        for entry in entries where entry.kind == .link { try link(entry, in: root.path) }
    }

    private func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) != 0 else { return }
        var status = stat()
        guard errno == EEXIST, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw ZipError.damaged("'\(path)' is both a folder and a file")
        }
    }

    private func write(_ entry: Entry, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(entry.mode))
        guard file >= 0 else { throw ZipError.damaged("'\(path)': \(String(cString: strerror(errno)))") }
        defer { close(file) }
        // Permissions as packed, whatever the umask.
        fchmod(file, mode_t(entry.mode))
        try forEachPiece(of: entry) { piece in
            var rest = piece[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                guard count > 0 else { throw CocoaError(.fileWriteUnknown) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// A link may lead only into the unpacked folder. Its target may climb first and then descend, never climb after a
    /// descent: through another link that could lead out.
    private func link(_ entry: Entry, in root: String) throws {
        guard entry.size <= 4096 else { throw ZipError.unsafe(entry.path.joined(separator: "/")) }
        var bytes: [UInt8] = []
        try forEachPiece(of: entry) { bytes += $0 }
        let name = entry.path.joined(separator: "/")
        guard let target = String(validating: bytes, as: UTF8.self), !target.isEmpty, !target.hasPrefix("/"),
            !bytes.contains(0)
        else { throw ZipError.unsafe(name) }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let climbs = parts.prefix { $0 == ".." }.count
        guard climbs < entry.path.count, !parts.dropFirst(climbs).contains("..") else { throw ZipError.unsafe(name) }
        guard symlink(target, root + "/" + name) == 0 else {
            throw ZipError.damaged("'\(name)': \(String(cString: strerror(errno)))")
        }
    }

    /// Gives the unpacked bytes piece by piece and holds them against the entry's size and checksum.
    func forEachPiece(of entry: Entry, _ use: ([UInt8]) throws -> Void) throws {
        var size = 0
        var checksum = crc32(0, nil, 0)
        func take(_ piece: [UInt8]) throws {
            size += piece.count
            guard size <= entry.size else { throw ZipError.damaged("an entry larger than it says") }
            checksum = crc32(checksum, piece, UInt32(piece.count))
            try use(piece)
        }
        if entry.isDeflated {
            try Inflation.run(bytes[entry.bytes], take)
        } else {
            try take(Array(bytes[entry.bytes]))
        }
        guard size == entry.size, checksum == entry.crc else { throw ZipError.damaged("a checksum") }
    }
}

/// Raw deflate through zlib.
private enum Inflation {
    static func run(_ input: ArraySlice<UInt8>, _ use: ([UInt8]) throws -> Void) throws {
        var stream = z_stream()
        guard rivulet_inflate_init_raw(&stream) == Z_OK else { throw ZipError.damaged("zlib does not start") }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: 262_144)
        try input.withUnsafeBufferPointer { input in
            // zlib reads through this pointer only; its type predates const.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            var status = Z_OK
            while status != Z_STREAM_END {
                let produced = output.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return output.count - Int(stream.avail_out)
                }
                guard status == Z_OK || status == Z_STREAM_END, produced > 0 || status == Z_STREAM_END else {
                    throw ZipError.damaged("compressed bytes")
                }
                try use(Array(output.prefix(produced)))
            }
        }
    }
}
