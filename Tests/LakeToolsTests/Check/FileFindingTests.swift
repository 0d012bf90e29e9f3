import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check of files` {
    @Test(arguments: folders + files)
    func `each breach of folders and files is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let folders = [
        Breakage(name: "a folder that is no partition", code: .strayPath) {
            try $0.write("silver/streams/old/part-0.parquet", [])
        },
        Breakage(name: "a file that is no Parquet file", code: .strayPath) {
            try $0.write("raw/dt=2026-05-01/hour=02/notes.txt", [])
        },
        Breakage(name: "a folder that is no table", code: .strayPath) { try $0.write("gold/top_dogs/x", []) },
        Breakage(name: "half a file of a job that ended", code: .leftover) {
            try $0.write("silver/streams/dt=2026-05-01/hour=02/.part-0.parquet.new", [])
        },
        Breakage(name: "a bronze file under another name", code: .fileName) {
            try $0.write("raw/dt=2026-05-01/hour=02/streams_1.parquet", try $0.bytes(GoodFile.bronze))
            try $0.remove(GoodFile.bronze)
        },
    ]

    static let files = [
        Breakage(name: "no Parquet file", code: .unreadable) { try $0.write(GoodFile.streams, Array("PAR1?".utf8)) },
        Breakage(name: "a page that fails its checksum", code: .unreadable, column: "id") { lake in
            var bytes = try lake.bytes(GoodFile.bronze)
            bytes[60] ^= 0xFF
            try lake.write(GoodFile.bronze, bytes)
        },
        Breakage(name: "a damaged beginning", code: .magic) { lake in
            try lake.write(GoodFile.streams, [0] + (try lake.bytes(GoodFile.streams)).dropFirst())
        },
        Breakage(name: "format version 3", code: .formatVersion) {
            try $0.rewriteFooter(GoodFile.runs) { $0.version = 3 }
        },
        Breakage(name: "a writer's name without a build", code: .createdBy) {
            try $0.rewriteFooter(GoodFile.runs) { $0.createdBy = "parquet-cpp-arrow version 26.0.1" }
        },
        Breakage(name: "no compression", code: .codec, column: "run_id") {
            try $0.write(GoodFile.runs, try ParquetWriter.file(try $0.table(GoodFile.runs), codec: .uncompressed))
        },
        Breakage(name: "pages without checksums", code: .pageChecksum) {
            try $0.writeWithoutChecksums(GoodFile.streams)
        },
        Breakage(name: "a dictionary that the footer hides", code: .dictionaryOffset, column: "id_stream") {
            try $0.rewriteFooter(GoodFile.streams) { metadata in
                let start = metadata.rowGroups[0].columns[0].startOffset
                metadata.rowGroups[0].columns[0].dictionaryPageOffset = nil
                metadata.rowGroups[0].columns[0].dataPageOffset = start
            }
        },
        Breakage(name: "an empty row group", code: .rowGroupEmpty) {
            try $0.rewriteFooter(GoodFile.runs) { metadata in
                var group = metadata.rowGroups[0]
                group.rowCount = 0
                for index in group.columns.indices { group.columns[index].valueCount = 0 }
                for index in group.columns.indices { group.columns[index].statistics = ColumnStatistics(nullCount: 0) }
                metadata.rowGroups.append(group)
            }
        },
        Breakage(name: "a small run in pieces", code: .rowGroupSplit) {
            var limits = ParquetLimits()
            limits.rowGroupRowCount = 5
            try $0.write(GoodFile.bronze, try ParquetWriter.file(try $0.table(GoodFile.bronze), limits: limits))
        },
        Breakage(name: "a silver file without rows", code: .emptyFile) {
            let empty = try ParquetWriter(schema: .quarentena).finished()
            try $0.write("silver/quarentena/dt=2026-05-01/hour=02/part-1.parquet", empty)
        },
        Breakage(name: "no null count", code: .statisticsMissing, column: "run_id") {
            try $0.rewriteFooter(GoodFile.runs) { $0.rowGroups[0].columns[0].statistics?.nullCount = nil }
        },
        Breakage(name: "a null count that is not true", code: .statisticsNullCount, column: "user_id") {
            try $0.rewriteFooter(GoodFile.bronze) { $0.rowGroups[0].columns[1].statistics?.nullCount = 3 }
        },
        Breakage(name: "a maximum below a value", code: .statisticsBounds, column: "linhas_lidas") {
            try $0.rewriteFooter(GoodFile.runs) {
                $0.rowGroups[0].columns[2].statistics?.maximum = [1, 0, 0, 0, 0, 0, 0, 0]
            }
        },
        Breakage(name: "a minimum above a text", code: .statisticsBounds, column: "run_id") {
            try $0.rewriteFooter(GoodFile.runs) {
                $0.rowGroups[0].columns[0].statistics?.minimum = Array("run-aa".utf8)
            }
        },
    ]
}

extension ParquetWriter {
    fileprivate func finished() throws -> [UInt8] {
        var writer = self
        return try writer.finish()
    }
}
