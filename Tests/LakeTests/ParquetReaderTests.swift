import Testing

@testable import Lake

@Suite struct `Run lengths` {
    private func decode(_ bytes: [UInt8], bitWidth: Int, count: Int) throws -> [UInt32] {
        var output = [UInt32](repeating: .max, count: count)
        try bytes.withRawBytes { (input) throws(ParquetProblem) in
            try output.withUnsafeMutableBufferPointer { (output) throws(ParquetProblem) in
                try RunLength.decode(input, bitWidth: bitWidth, into: output)
            }
        }
        return output
    }

    @Test(arguments: 0..<200)
    func `what is written is read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bitWidth = Int(seed % 33)
        let top = bitWidth == 0 ? 0 : UInt32.max >> UInt32(32 - bitWidth)
        var values: [UInt32] = []
        while values.count < 300 {
            let value = UInt32.random(in: 0...top, using: &random)
            values += Array(
                repeating: value, count: Bool.random(using: &random) ? 1 : Int.random(in: 1..<30, using: &random))
        }
        var encoder = RunLengthEncoder(bitWidth: bitWidth)
        values.withUnsafeBufferPointer { encoder.append($0) }
        #expect(try decode(encoder.bytes, bitWidth: bitWidth, count: values.count) == values)
    }

    @Test func `the format's own examples`() throws {
        // 0 to 7 in three bits, Encodings.md.
        #expect(try decode([0x03, 0x88, 0xC6, 0xFA], bitWidth: 3, count: 8) == [0, 1, 2, 3, 4, 5, 6, 7])
        // A run of eight 4s.
        #expect(try decode([0x10, 0x04], bitWidth: 3, count: 8) == Array(repeating: 4, count: 8))
    }

    @Test func `levels in the old bit-packed form have the high bit first`() throws {
        var levels = [UInt8](repeating: 9, count: 8)
        let taken = try levels.withUnsafeMutableBufferPointer { (output) throws(ParquetProblem) in
            // 0 to 7 in three bits, Encodings.md.
            try [UInt8]([0x05, 0x39, 0x77]).withRawBytes { (input) throws(ParquetProblem) in
                try RunLength.decodeBitPacked(input, bitWidth: 3, into: output)
            }
        }
        #expect(levels == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(taken == 3)
    }

    @Test(
        arguments: [
            ([], 3), ([0x03, 0x88], 3), ([0x00, 0x01], 3), ([0x01], 3), ([0x10], 3),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 3),
            ([0x10, 0x04], 33),
        ] as [([UInt8], Int)])
    func `runs that lie end in an error`(bytes: [UInt8], bitWidth: Int) {
        #expect(throws: ParquetProblem.self) { try decode(bytes, bitWidth: bitWidth, count: 8) }
    }
}

@Suite struct `Damaged files` {
    /// A file with every type, a dictionary, several pages and two row groups.
    private static let file = file(codec: .snappy, hasChecksums: true)

    static func file(codec: Codec, hasChecksums: Bool) -> [UInt8] {
        let schema = TableSchema(
            name: "all", columns: ColumnType.allCases.map { ColumnSchema("\($0)".lowercased(), $0, nullable: true, "") }
        )
        do {
            var texts = StringColumn()
            var lists = StringListColumn()
            for row in 0..<100 {
                try texts.append(row % 7 == 0 ? nil : "text \(row % 11)")
                try lists.append(row % 5 == 0 ? nil : (0..<row % 4).map { $0 == 2 ? nil : "tag \($0)" })
            }
            let numbers = FixedColumn(values: (0..<100).map { Int64($0 * $0) }, validity: (0..<100).map { $0 % 3 != 0 })
            let columns: [ParquetColumn] = [
                .boolean(FixedColumn(values: (0..<100).map { $0 % 2 == 0 })),
                .int32(FixedColumn(values: (0..<100).map { Int32($0 / 20) })), .int64(numbers),
                .double(FixedColumn(values: (0..<100).map { Double($0) / 7 })), .string(texts), .stringList(lists),
                .int32(FixedColumn(values: (0..<100).map { Int32($0) })), .int64(numbers),
            ]
            var limits = ParquetLimits()
            limits.pageByteCount = 200
            limits.rowGroupRowCount = 60
            limits.hasChecksums = hasChecksums
            return try ParquetWriter.file(ParquetTable(schema: schema, columns: columns), codec: codec, limits: limits)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func read(_ bytes: [UInt8]) throws -> ParquetTable {
        try ParquetFile(ParquetSource(name: "broken", bytes: bytes)).table()
    }

    @Test func `the file is whole to begin with`() throws {
        #expect(try read(Self.file).rowCount == 100)
    }

    @Test func `every shorter file is refused`() {
        for length in 0..<Self.file.count {
            #expect(throws: ParquetError.self) { try read(Array(Self.file.prefix(length))) }
        }
    }

    @Test func `an error names file, column, row group and page`() throws {
        let metadata = try ParquetFile(ParquetSource(name: "t", bytes: Self.file)).metadata
        let chunk = try #require(metadata.rowGroups.last?.columns[3])
        var bytes = Self.file
        bytes[Int(chunk.dataPageOffset + chunk.compressedByteCount) - 1] ^= 0xFF
        let error = #expect(throws: ParquetError.self) { try read(bytes) }
        #expect(error?.column == "double")
        #expect(error?.rowGroup == 1)
        #expect(error?.page == 1)
        #expect(error?.description.contains("fails its checksum") == true)
    }

    @Test func `other files are told apart`() {
        let error = #expect(throws: ParquetError.self) { try read(Array("id,name\n1,a\n2,b\n".utf8)) }
        #expect(error?.description == "broken: not a Parquet file: no PAR1 at its end")
        let encrypted = #expect(throws: ParquetError.self) { try read(Array("PARE0000000000PARE".utf8)) }
        #expect(encrypted?.problem == .unsupported("an encrypted footer"))
    }

    @Test func `a column of another type than the contract's is named`() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema("viewer_count", .double, "")])
        let bytes = try ParquetWriter.file(ParquetTable(schema: schema, columns: [.double(FixedColumn(values: [1]))]))
        let file = try ParquetFile(ParquetSource(name: "b.parquet", bytes: bytes))
        let error = #expect(throws: ParquetError.self) { try file.table(.bronze) }
        #expect(error?.column == "viewer_count")
        let column = ColumnSchema("viewer_count", .int64, nullable: true, "")
        let typed = #expect(throws: ParquetError.self) { try file.read(column, rowGroup: 0) }
        #expect(
            typed?.description
                == "b.parquet, column viewer_count, row group 0: outside the contract: DOUBLE values where INT64 is due"
        )
    }

    @Test func `numbers change their width where they fit`() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema("a", .int64, ""), ColumnSchema("b", .int32, "")])
        let bytes = try ParquetWriter.file(
            ParquetTable(
                schema: schema,
                columns: [.int64(FixedColumn(values: [7, 1 << 40])), .int32(FixedColumn(values: [1, -1]))]))
        let file = try ParquetFile(ParquetSource(name: "t", bytes: bytes))
        #expect(try file.read(ColumnSchema("b", .int64, ""), rowGroup: 0).integer(1) == -1)
        #expect(throws: ParquetError.self) { try file.read(ColumnSchema("a", .int32, ""), rowGroup: 0) }
        #expect(try file.read(ColumnSchema("none", .stringList, nullable: true, ""), rowGroup: 0).texts(1) == nil)
    }
}
