package import Lake

/// One page of a column chunk, by its header alone.
package struct PageSummary: Sendable, Equatable {
    package enum Kind: String, Sendable, Encodable {
        case dictionary = "DICTIONARY_PAGE"
        case dataV1 = "DATA_PAGE"
        case dataV2 = "DATA_PAGE_V2"
        case other = "OTHER"
    }

    package let kind: Kind
    /// Of the values; nil for pages of other kinds.
    package let encoding: Int32?
    /// Of the levels, for version 1 pages.
    package let levelEncodings: [Int32]
    package let valueCount: Int
    package let uncompressedByteCount: Int
    package let hasChecksum: Bool
    /// Where its header begins.
    package let offset: Int
}

extension ParquetFooter.Chunk {
    /// The pages of this chunk, header after header; the bytes between are not read.
    ///
    /// - Throws: `ParquetError` that names the page, or what the source throws.
    package func pages(in source: ParquetSource) throws -> [PageSummary] {
        var pages: [PageSummary] = []
        guard valueCount > 0 else { return pages }
        let end = startOffset &+ compressedByteCount
        guard startOffset >= 4, compressedByteCount >= 0, end <= Int64(source.byteCount), end >= startOffset else {
            throw error(.corrupt("a column chunk outside the file"), source, page: nil)
        }
        var offset = Int(startOffset)
        while offset < Int(end) {
            let (header, length) = try header(at: offset, end: Int(end), in: source, page: pages.count)
            let next = offset + length + Int(header.compressedByteCount)
            guard next <= Int(end) else { throw error(.truncated("a page"), source, page: pages.count) }
            pages.append(PageSummary(header, offset: offset))
            offset = next
        }
        return pages
    }

    /// Headers are some dozens of bytes, unless a writer put long strings into them: the window grows until one fits.
    private func header(
        at offset: Int, end: Int, in source: ParquetSource, page: Int
    ) throws -> (PageHeader, length: Int) {
        var window = 1024
        while true {
            let bytes = try source.bytes(offset..<min(end, offset + window))
            do throws(ParquetProblem) {
                var reader = ThriftReader(bytes)
                let header = try reader.pageHeader()
                return (header, reader.position - bytes.startIndex)
            } catch {
                guard case .truncated = error, offset + window < end else {
                    throw self.error(error, source, page: page)
                }
                window *= 8
            }
        }
    }

    private func error(_ problem: ParquetProblem, _ source: ParquetSource, page: Int?) -> ParquetError {
        ParquetError(file: source.name, column: path.joined(separator: "."), page: page, problem: problem)
    }
}

extension PageSummary {
    fileprivate init(_ header: PageHeader, offset: Int) {
        let (kind, encoding, levels, count): (Kind, Int32?, [Int32], Int32) =
            switch header.kind {
            case .dictionary(let count, let encoding): (.dictionary, encoding, [], count)
            case .dataV1(let count, let encoding, let definition, let repetition):
                (.dataV1, encoding, [definition, repetition], count)
            case .dataV2(let page): (.dataV2, page.encoding, [], page.valueCount)
            case .other: (.other, nil, [], 0)
            }
        self.init(
            kind: kind, encoding: encoding, levelEncodings: levels, valueCount: Int(count),
            uncompressedByteCount: Int(header.uncompressedByteCount), hasChecksum: header.crc != nil, offset: offset)
    }
}
