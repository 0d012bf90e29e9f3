import AWSClient
import FoundationEssentials
import Lake

/// The table for low-latency reads: one item for each streamer and observation.
struct RealtimeTable: Sendable {
    let name: String
    let dynamoDB: DynamoDBClient
    /// How long an observation stays, from its own instant and not from the stream's start.
    let lifetimeDays: Int

    enum Outcome: Sendable, Equatable {
        case stored
        /// The same observation, or a later one of the same streamer and instant, is there already.
        case unchanged
    }

    init(_ settings: Settings, _ dynamoDB: DynamoDBClient) throws {
        name = try settings.text(
            "REALTIME_TABLE", expected: "the table of observations, whose keys are nome_streamer and timestamp")
        lifetimeDays = try settings.integer("REALTIME_TTL_DAYS", default: 14, in: 1...3650)
        self.dynamoDB = dynamoDB
    }

    private init(_ other: RealtimeTable, _ dynamoDB: DynamoDBClient) {
        (name, lifetimeDays) = (other.name, other.lifetimeDays)
        self.dynamoDB = dynamoDB
    }

    /// The same table with an end to all its calls.
    func until(_ deadline: Date?) -> RealtimeTable {
        RealtimeTable(self, dynamoDB.until(deadline))
    }

    /// Stores one observation, unless it is stored.
    ///
    /// Names are shown, not promised to be unique: when another streamer of the same name holds the key at the same
    /// instant, the item's `timestamp` gets the user's id after a `#`, so that both are kept and still sort by time.
    func store(_ stream: SilverStream, rowNumber: Int32) async throws -> Outcome {
        var item = RealtimeItem(stream, rowNumber: rowNumber, lifetimeDays: lifetimeDays)
        if let outcome = try await put(item) { return outcome }
        item.sharesName()
        return try await put(item) ?? .unchanged
    }

    /// Nil when another streamer's item stands under the key.
    private func put(_ item: RealtimeItem) async throws -> Outcome? {
        do {
            try await dynamoDB.put(item.attributes, in: name, if: item.condition, returnsExisting: true)
            return .stored
        } catch DynamoDBError.conditionalCheckFailed(let existing) {
            var found = existing
            if found == nil { found = try await dynamoDB.get(key: item.key, in: name, isConsistent: true) }
            return found?["user_id"] == item.attributes["user_id"] ? .unchanged : nil
        }
    }
}

/// One observation as DynamoDB keeps it: the silver columns under their names, `user_id` as Twitch writes ids, and
/// `expira_em`, at which DynamoDB may delete it.
struct RealtimeItem: Sendable, Equatable {
    private(set) var attributes: DynamoDBItem

    init(_ stream: SilverStream, rowNumber: Int32, lifetimeDays: Int) {
        let expiry = stream.coletadoEm.microseconds / 1_000_000 + Int64(lifetimeDays) * 86_400
        attributes = Self.identity(stream).merging(Self.features(stream)) { first, _ in first }
        attributes["row_no"] = .number(rowNumber)
        attributes["expira_em"] = .number(expiry)
    }

    mutating func sharesName() {
        attributes["timestamp"] = .s("\(text("timestamp"))#\(text("user_id"))")
    }

    var key: DynamoDBItem {
        attributes.filter { ["nome_streamer", "timestamp"].contains($0.key) }
    }

    /// Holds when nothing is there, or an earlier row of the same streamer: runs go by their bytes, as in LAKE_SPEC 2.3.
    var condition: DynamoDBExpression {
        DynamoDBExpression(
            "attribute_not_exists(nome_streamer) OR (user_id = :user AND (run_id < :run OR (run_id = :run AND row_no < :row)))",
            values: [
                ":user": .s(text("user_id")), ":run": .s(text("run_id")), ":row": attributes["row_no"] ?? .null,
            ])
    }

    private func text(_ name: String) -> String {
        attributes[name]?.string ?? ""
    }

    private static func identity(_ stream: SilverStream) -> DynamoDBItem {
        [
            "nome_streamer": .s(stream.nomeStreamer), "timestamp": .s("\(stream.coletadoEm)"),
            "user_id": .s("\(stream.idStreamer)"), "id_streamer": .number(stream.idStreamer),
            "id_stream": .number(stream.idStream), "login_streamer": .s(stream.loginStreamer),
            "id_categoria": .number(stream.idCategoria), "nome_categoria": .s(stream.nomeCategoria),
            "run_id": .s(stream.runID),
        ]
    }

    private static func features(_ stream: SilverStream) -> DynamoDBItem {
        [
            "tipo_conteudo": .s(stream.tipoConteudo.word), "titulo": .s(stream.titulo), "idioma": .s(stream.idioma),
            "tags": .l(stream.tags.map { .s($0) }), "qtd_tags": .number(stream.qtdTags),
            "conteudo_adulto": .bool(stream.conteudoAdulto), "espectadores": .number(stream.espectadores),
            "faixa_espectadores": .s(stream.faixaEspectadores.word), "popular": .bool(stream.popular),
            "inicio_em": .s("\(stream.inicioEm)"), "coletado_em": .s("\(stream.coletadoEm)"),
            "slot_coleta": .s("\(stream.slotColeta)"), "minutos_transmissao": .number(stream.minutosTransmissao),
            "segundos_intervalo": .number(stream.segundosIntervalo),
            "horas_assistidas_total": .number(stream.horasAssistidasTotal), "data_local": .s("\(stream.dataLocal)"),
            "hora_local": .number(stream.horaLocal), "periodo_dia": .s(stream.periodoDia.word),
        ]
    }
}
