/// The columns of some silver rows that gold asks for, and no others.
struct SilverRows {
    let count: Int
    let idStream: [Int64]
    let idStreamer: [Int64]
    let idCategoria: [Int64]
    let nomeStreamer: StringColumn
    let nomeCategoria: StringColumn
    let tipoConteudo: StringColumn
    let idioma: StringColumn
    let faixa: StringColumn
    let periodo: StringColumn
    let conteudoAdulto: [Bool]
    let espectadores: [Int64]
    let segundosIntervalo: [Int64]
    let slotColeta: [Int64]
    let horaLocal: [Int32]

    /// Keeps the rows of `date` alone.
    init(_ file: ParquetFile, rowGroup: Int, rows: Range<Int>, date: CivilDate) throws {
        var reader = Reader(file: file, rowGroup: rowGroup, stored: rows)
        let days = try reader.int32("data_local")
        count = days.count { $0 == date.daysSinceEpoch }
        if count < days.count {
            reader.chosen = days.indices.filter { days[$0] == date.daysSinceEpoch }.map {
                UInt32(truncatingIfNeeded: $0)
            }
        }
        idStream = try reader.int64("id_stream")
        idStreamer = try reader.int64("id_streamer")
        idCategoria = try reader.int64("id_categoria")
        nomeStreamer = try reader.string("nome_streamer")
        nomeCategoria = try reader.string("nome_categoria")
        tipoConteudo = try reader.string("tipo_conteudo")
        idioma = try reader.string("idioma")
        faixa = try reader.string("faixa_espectadores")
        periodo = try reader.string("periodo_dia")
        conteudoAdulto = try reader.boolean("conteudo_adulto")
        espectadores = try reader.int64("espectadores")
        segundosIntervalo = try reader.int64("segundos_intervalo")
        slotColeta = try reader.int64("slot_coleta")
        horaLocal = try reader.int32("hora_local")
        try reader.check(horaLocal, "hora_local", within: 0...23)
    }

    /// `ParquetFile.read` gives the type that the contract names, or throws.
    private struct Reader {
        let file: ParquetFile
        let rowGroup: Int
        /// Rows within the row group.
        let stored: Range<Int>
        /// Those of them to keep; nil keeps all.
        var chosen: [UInt32]?

        func int64(_ name: String) throws -> [Int64] {
            guard case .int64(let column) = try read(name) else { return [] }
            return column.values
        }

        func int32(_ name: String) throws -> [Int32] {
            guard case .int32(let column) = try read(name) else { return [] }
            return column.values
        }

        func boolean(_ name: String) throws -> [Bool] {
            guard case .boolean(let column) = try read(name) else { return [] }
            return column.values
        }

        func string(_ name: String) throws -> StringColumn {
            guard case .string(let column) = try read(name) else { return StringColumn() }
            return column
        }

        func check(_ values: [Int32], _ name: String, within range: ClosedRange<Int32>) throws {
            guard let stray = values.first(where: { !range.contains($0) }) else { return }
            throw ParquetError(
                file: file.source.name, column: name, rowGroup: rowGroup, problem: .contract("\(stray) is no hour"))
        }

        private func read(_ name: String) throws -> ParquetColumn {
            let schema = TableSchema.silverStreams
            guard let index = schema.index(of: name) else { preconditionFailure("the contract has no \(name)") }
            let column = try file.read(schema.columns[index], rowGroup: rowGroup, rows: stored)
            return try chosen.map(column.gathered) ?? column
        }
    }
}
