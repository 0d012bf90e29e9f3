/// An ELF file built by hand: header, one loaded segment over all of it, an interpreter, a dynamic section.
struct ELFBytes {
    var machine: UInt16 = 62
    var interpreter: String? = "/lib64/ld-linux-x86-64.so.2"
    var needed = ["libm.so.6", "libc.so.6"]
    var runPath: String?
    /// Library to version, with the weak flag.
    var versions: [(library: String, names: [(text: String, isWeak: Bool)])] = []

    private static let base = 0x40_0000

    func bytes() -> [UInt8] {
        var texts = Texts()
        let libraries = needed.map { texts.add($0) }
        let path = runPath.map { texts.add($0) }
        let verneed = chain(&texts)
        let segments = interpreter == nil ? 2 : 3
        let interpreterAt = 64 + 56 * segments
        let interpreterBytes: [UInt8] = interpreter.map { Array($0.utf8) + [0] } ?? []
        let textsAt = interpreterAt + interpreterBytes.count
        let versionsAt = textsAt + texts.bytes.count
        let dynamicAt = versionsAt + verneed.count
        var dynamic = libraries.map { (1, $0) }
        if let path { dynamic.append((29, path)) }
        dynamic.append((5, Self.base + textsAt))
        if !versions.isEmpty { dynamic += [(0x6FFF_FFFE, Self.base + versionsAt), (0x6FFF_FFFF, versions.count)] }
        let dynamicBytes = (dynamic + [(0, 0)]).flatMap { little(UInt64($0.0)) + little(UInt64($0.1)) }
        let size = dynamicAt + dynamicBytes.count
        var headers = segment(1, 0, Self.base, size) + segment(2, dynamicAt, Self.base + dynamicAt, dynamicBytes.count)
        if interpreter != nil {
            headers += segment(3, interpreterAt, Self.base + interpreterAt, interpreterBytes.count)
        }
        return join(header(segments), headers, interpreterBytes, texts.bytes, verneed, dynamicBytes)
    }

    private func header(_ segments: Int) -> [UInt8] {
        join(
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], [UInt8](repeating: 0, count: 8), little(UInt16(3)), little(machine),
            little(UInt32(1)), little(UInt64(0)), little(UInt64(64)), little(UInt64(0)), little(UInt32(0)),
            little(UInt16(64)), little(UInt16(56)), little(UInt16(segments)), little(UInt16(64)), little(UInt16(0)),
            little(UInt16(0)))
    }

    private func segment(_ type: UInt32, _ offset: Int, _ address: Int, _ size: Int) -> [UInt8] {
        join(
            little(type), little(UInt32(5)), little(UInt64(offset)), little(UInt64(address)), little(UInt64(address)),
            little(UInt64(size)), little(UInt64(size)), little(UInt64(8)))
    }

    private func chain(_ texts: inout Texts) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, entry) in versions.enumerated() {
            let isLast = index == versions.count - 1
            bytes += join(
                little(UInt16(1)), little(UInt16(entry.names.count)), little(UInt32(texts.add(entry.library))),
                little(UInt32(16)), little(UInt32(isLast ? 0 : 16 + 16 * entry.names.count)))
            for (position, name) in entry.names.enumerated() {
                bytes += join(
                    little(UInt32(0)), little(UInt16(name.isWeak ? 2 : 0)), little(UInt16(2)),
                    little(UInt32(texts.add(name.text))), little(UInt32(position == entry.names.count - 1 ? 0 : 16)))
            }
        }
        return bytes
    }

    private struct Texts {
        var bytes: [UInt8] = [0]

        mutating func add(_ text: String) -> Int {
            defer { bytes += Array(text.utf8) + [0] }
            return bytes.count
        }
    }
}

private func join(_ parts: [UInt8]...) -> [UInt8] {
    Array(parts.joined())
}

private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
}
