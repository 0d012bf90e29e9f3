package import Lake

extension ParquetFooter {
    /// Reads the footer of a file.
    ///
    /// - Throws: `ParquetError`, or what the source throws.
    package init(_ source: ParquetSource) throws {
        let bytes = try ParquetFile.footer(of: source)
        do throws(ParquetProblem) {
            var reader = ThriftReader(bytes)
            self = try reader.parquetFooter()
            byteCount = bytes.count
            try nameNodes()
        } catch {
            throw ParquetError(file: source.name, problem: error)
        }
    }

    /// Gives each node its path by the counts of children.
    private mutating func nameNodes() throws(ParquetProblem) {
        var open: [(path: [String], left: Int32)] = []
        for index in nodes.indices {
            while let last = open.last, last.left == 0 { open.removeLast() }
            if index > 0 {
                guard let parent = open.last else { throw .corrupt("schema elements outside the tree") }
                nodes[index].path = parent.path + [nodes[index].name]
                open[open.count - 1].left -= 1
            }
            guard !nodes[index].isLeaf else { continue }
            guard let count = nodes[index].childCount, count >= 0, open.count < 64 else {
                throw .corrupt("a schema group without children, or nested too deeply")
            }
            open.append((nodes[index].path, count))
        }
        guard open.allSatisfy({ $0.left == 0 }) else { throw .truncated("the schema") }
    }
}

extension ThriftReader {
    fileprivate mutating func parquetFooter() throws(ParquetProblem) -> ParquetFooter {
        var footer = ParquetFooter()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): footer.version = try reader.int32()
            case (2, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    footer.nodes.append(try reader.schemaNode())
                }
            case (3, .int64): footer.rowCount = try reader.integer()
            case (4, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    footer.rowGroups.append(try reader.footerRowGroup())
                }
            case (5, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    footer.keyValues.append(try reader.keyValue())
                }
            case (6, .binary): footer.createdBy = try reader.string()
            case (7, .list):
                var orders: [Bool] = []
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    orders.append(try reader.isTypeOrder())
                }
                footer.columnOrders = orders
            default: try reader.skip(type)
            }
        }
        return footer
    }

    private mutating func keyValue() throws(ParquetProblem) -> ParquetFooter.KeyValue {
        var pair = ParquetFooter.KeyValue()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .binary): pair.key = try reader.string()
            case (2, .binary): pair.value = try reader.string()
            default: try reader.skip(type)
            }
        }
        return pair
    }

    private mutating func isTypeOrder() throws(ParquetProblem) -> Bool {
        var isTypeOrder = false
        try fields { (reader, id, type) throws(ParquetProblem) in
            isTypeOrder = isTypeOrder || id == 1
            try reader.skip(type)
        }
        return isTypeOrder
    }

    private mutating func footerRowGroup() throws(ParquetProblem) -> ParquetFooter.RowGroup {
        var group = ParquetFooter.RowGroup()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    group.chunks.append(try reader.footerChunk())
                }
            case (2, .int64): group.byteCount = try reader.integer()
            case (3, .int64): group.rowCount = try reader.integer()
            default: try reader.skip(type)
            }
        }
        return group
    }

    private mutating func footerChunk() throws(ParquetProblem) -> ParquetFooter.Chunk {
        var chunk = ParquetFooter.Chunk()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .binary): chunk.filePath = try reader.string()
            case (3, .structure): try reader.columnMetadata(&chunk)
            default: try reader.skip(type)
            }
        }
        return chunk
    }

    private mutating func columnMetadata(_ chunk: inout ParquetFooter.Chunk) throws(ParquetProblem) {
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): chunk.physicalType = try reader.int32()
            case (2, .list):
                try reader.list(of: .int32) { (reader) throws(ParquetProblem) in
                    chunk.encodings.append(try reader.int32())
                }
            case (3, .list):
                try reader.list(of: .binary) { (reader) throws(ParquetProblem) in
                    chunk.path.append(try reader.string())
                }
            case (4, .int32): chunk.codec = try reader.int32()
            case (5, .int64): chunk.valueCount = try reader.integer()
            case (6, .int64): chunk.uncompressedByteCount = try reader.integer()
            case (7, .int64): chunk.compressedByteCount = try reader.integer()
            case (9, .int64): chunk.dataPageOffset = try reader.integer()
            case (11, .int64): chunk.dictionaryPageOffset = try reader.integer()
            case (12, .structure): chunk.statistics = try reader.footerStatistics()
            default: try reader.skip(type)
            }
        }
    }

    private mutating func footerStatistics() throws(ParquetProblem) -> ParquetFooter.Statistics {
        var statistics = ParquetFooter.Statistics()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .binary): statistics.deprecatedMaximum = Array(try reader.binary())
            case (2, .binary): statistics.deprecatedMinimum = Array(try reader.binary())
            case (3, .int64): statistics.nullCount = try reader.integer()
            case (4, .int64): statistics.distinctCount = try reader.integer()
            case (5, .binary): statistics.maximum = Array(try reader.binary())
            case (6, .binary): statistics.minimum = Array(try reader.binary())
            case (7, .booleanTrue), (7, .booleanFalse): statistics.isMaximumExact = type == .booleanTrue
            case (8, .booleanTrue), (8, .booleanFalse): statistics.isMinimumExact = type == .booleanTrue
            default: try reader.skip(type)
            }
        }
        return statistics
    }
}
