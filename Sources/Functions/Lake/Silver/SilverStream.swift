/// The silver columns of one stream, for code that works row by row (LAKE_SPEC 2.1).
package struct SilverStream: Sendable, Equatable {
    package let idStream: Int64
    package let idStreamer: Int64
    package let loginStreamer: String
    package let nomeStreamer: String
    package let idCategoria: Int64
    package let nomeCategoria: String
    package let tipoConteudo: ContentKind
    package let titulo: String
    package let idioma: String
    package let tags: [String]
    package let conteudoAdulto: Bool
    package let espectadores: Int64
    package let faixaEspectadores: AudienceBand
    package let popular: Bool
    package let inicioEm: Instant
    package let coletadoEm: Instant
    package let slotColeta: Instant
    package let minutosTransmissao: Int64
    package let segundosIntervalo: Int64
    package let horasAssistidasTotal: Double
    package let dataLocal: CivilDate
    package let horaLocal: Int32
    package let periodoDia: DayPeriod
    package let runID: String

    package var qtdTags: Int { tags.count }
}

/// What the rules make of one stream.
package enum SilverOutcome: Sendable, Equatable {
    case stream(SilverStream)
    case quarantined(Motivo)
}

extension LakeConfiguration {
    /// Validates one stream by the rules of LAKE_SPEC 2.3 and computes its silver columns.
    ///
    /// - Parameters:
    ///   - collectedAt: the instant of the run, as bronze holds it.
    package func outcome(of stream: HelixStream, collectedAt: Instant, runID: String) -> SilverOutcome {
        let facts = RowFacts(stream, collectedAt: collectedAt)
        if let motivo = facts.motivo(self) { return .quarantined(motivo) }
        return .stream(SilverStream(stream, facts, runID: runID, self))
    }
}

extension RowFacts {
    fileprivate init(_ stream: HelixStream, collectedAt: Instant) {
        self.init(
            idStream: stream.id.bytes(\.numericID) ?? 0, idStreamer: stream.userID.bytes(\.numericID) ?? 0,
            hasName: !(stream.userLogin.trimmed.isEmpty && stream.userName.trimmed.isEmpty),
            isLive: stream.type.bytes { $0.trimmed.equalsIgnoringASCIICase("live") } ?? false,
            viewerCount: stream.viewerCount ?? -1,
            startedAt: stream.startedAt.bytes(StartedAt.microseconds) ?? StartedAt.invalid,
            collectedAt: collectedAt.microseconds)
    }
}

extension SilverStream {
    fileprivate init(
        _ stream: HelixStream, _ facts: RowFacts, runID: String, _ configuration: LakeConfiguration
    ) {
        let (started, collected) = (facts.startedAt, facts.collectedAt)
        let name = stream.userName.trimmed
        let category = stream.gameName.trimmed
        let language = stream.language.trimmed.asciiLowered
        let local = StreamNumbers.local(collected, configuration)
        idStream = facts.idStream
        idStreamer = facts.idStreamer
        loginStreamer = stream.userLogin.trimmed.asciiLowered
        nomeStreamer = name.isEmpty ? loginStreamer : name
        idCategoria = stream.gameID.bytes(\.numericID) ?? 0
        nomeCategoria = category.isEmpty ? "Unknown" : category
        tipoConteudo = Optional(nomeCategoria).bytes(ContentKind.init(category:)) ?? .game
        titulo = stream.title.trimmed
        idioma = language.isEmpty ? "other" : language
        tags = (stream.tags ?? []).map(\.trimmed).filter { !$0.isEmpty }
        conteudoAdulto = stream.isMature ?? false
        espectadores = facts.viewerCount
        faixaEspectadores = AudienceBand(viewers: facts.viewerCount)
        popular = facts.viewerCount > configuration.popularThreshold
        inicioEm = Instant(microseconds: started)
        coletadoEm = Instant(microseconds: collected)
        slotColeta = Instant(microseconds: StreamNumbers.slot(collected, configuration))
        minutosTransmissao = StreamNumbers.minutes(started, collected)
        segundosIntervalo = StreamNumbers.interval(started, collected, configuration)
        horasAssistidasTotal = StreamNumbers.hours(espectadores, segundosIntervalo)
        dataLocal = CivilDate(daysSinceEpoch: local.day)
        horaLocal = local.hour
        periodoDia = DayPeriod(hour: local.hour)
        self.runID = runID
    }
}

extension String? {
    /// What `body` makes of the text's UTF-8 bytes; nil for nil.
    fileprivate func bytes<Output>(_ body: (ByteView) -> Output) -> Output? {
        guard var text = self else { return nil }
        return text.withUTF8(body)
    }

    /// Trimmed as LAKE_SPEC says; null is empty.
    fileprivate var trimmed: String {
        bytes { String(decoding: $0.trimmed, as: UTF8.self) } ?? ""
    }
}

extension String {
    fileprivate var asciiLowered: String {
        String(decoding: utf8.map(ByteView.lowered), as: UTF8.self)
    }
}
