import Glibc
import Synchronization

/// A body's file while it is written. One that is never moved into its place disappears with this object.
final class IncomingFile: Sendable {
    let file: BodyFile
    private let path: String
    private let descriptor: Int32
    private let isInPlace = Mutex(false)

    init(_ file: BodyFile, path: String) throws {
        self.file = file
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BodyFileError("open", path) }
    }

    deinit {
        close(descriptor)
        if !isInPlace.withLock({ $0 }) { unlink(path) }
    }

    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw BodyFileError("write", path) }
                offset += count
            }
        }
    }

    /// Appends `length` bytes of another file, copied by the kernel.
    func append(fileAt source: String, offset: Int64 = 0, length: Int64) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw BodyFileError("open", source) }
        defer { close(input) }
        var position = off_t(offset)
        var rest = length
        while rest > 0 {
            let count = sendfile(descriptor, input, &position, Int(min(rest, 1 << 30)))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw BodyFileError("copy from", source) }
            rest -= Int64(count)
        }
    }

    func flush() throws {
        guard fsync(descriptor) == 0 else { throw BodyFileError("fsync", path) }
    }

    func move(to place: String) throws {
        guard rename(path, place) == 0 else { throw BodyFileError("rename", path) }
        isInPlace.withLock { $0 = true }
    }
}
