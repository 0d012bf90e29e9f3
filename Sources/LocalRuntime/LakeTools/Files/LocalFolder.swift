import Glibc

/// Folders of the local disk, by system calls: a lake's command starts and ends within milliseconds.
package enum LocalFolder {
    /// The names in a folder, by bytes; none when there is no folder. A file in a folder's place holds nothing.
    ///
    /// - Throws: `LakeToolsError`.
    package static func names(_ path: String) throws(LakeToolsError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw .system("open", path, errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The name is a C string in a field of fixed size.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes the folder and those above it, where they are not there.
    ///
    /// - Throws: `LakeToolsError`.
    package static func create(_ path: String) throws(LakeToolsError) {
        guard mkdir(path, 0o777) != 0 else { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try create(String(path[..<slash]))
            guard mkdir(path, 0o777) != 0 else { return }
        }
        guard errno == EEXIST else { throw .system("make", path, errno) }
    }

    /// The size of a file.
    ///
    /// - Throws: `LakeToolsError`.
    package static func byteCount(_ path: String) throws(LakeToolsError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("look at", path, errno) }
        return Int(status.st_size)
    }

    /// Writes all of the bytes.
    ///
    /// - Parameters:
    ///   - path: what errors call the file.
    /// - Throws: `LakeToolsError`.
    package static func write(_ bytes: [UInt8], to descriptor: CInt, _ path: String) throws(LakeToolsError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("write to", path, errno) }
            rest = rest.dropFirst(count)
        }
    }
}
