import Testing

@testable import Lake

@Suite struct `One stream by the rules` {
    private let collected = Instant(startedAt: "2026-05-01T12:00:00Z")

    private func stream(_ change: (inout HelixStream) -> Void = { _ in }) -> HelixStream {
        var stream = HelixStream()
        stream.id = "315"
        stream.userID = "7"
        stream.userLogin = " Ana_TV "
        stream.userName = "Ana TV"
        stream.gameID = "509658"
        stream.gameName = "Just Chatting"
        stream.type = "live"
        stream.title = " bom dia \r\n"
        stream.viewerCount = 120
        stream.startedAt = "2026-05-01T11:45:00Z"
        stream.language = "pt-BR"
        stream.tags = [" a ", nil, "", "a"]
        change(&stream)
        return stream
    }

    private func outcome(_ change: (inout HelixStream) -> Void = { _ in }) throws -> SilverOutcome {
        LakeConfiguration().outcome(of: stream(change), collectedAt: try #require(collected), runID: "r1")
    }

    @Test func `a good stream gets every silver column`() throws {
        guard case .stream(let silver) = try outcome() else {
            Issue.record("refused")
            return
        }
        #expect(silver.idStream == 315)
        #expect(silver.idStreamer == 7)
        #expect(silver.loginStreamer == "ana_tv")
        #expect(silver.nomeStreamer == "Ana TV")
        #expect(silver.tipoConteudo == .nonGame)
        #expect(silver.titulo == "bom dia")
        #expect(silver.idioma == "pt-br")
        #expect(silver.tags == ["a", "a"])
        #expect(silver.faixaEspectadores == .mid)
        #expect(!silver.popular)
        #expect(silver.slotColeta.description == "2026-05-01T12:00:00.000Z")
        #expect(silver.minutosTransmissao == 15)
        #expect(silver.segundosIntervalo == 900)
        #expect(silver.horasAssistidasTotal == 30.0)
        #expect(silver.dataLocal.description == "2026-05-01")
        #expect(silver.horaLocal == 9)
        #expect(silver.periodoDia == .morning)
    }

    @Test func `the first broken rule is the reason`() throws {
        #expect(
            try outcome {
                $0.id = "１２３"; $0.userID = nil
            } == .quarantined(.invalidID))
        #expect(
            try outcome {
                $0.userID = "0"; $0.userLogin = nil; $0.userName = " "
            } == .quarantined(.invalidUserID))
        #expect(
            try outcome {
                $0.userLogin = "\t"; $0.userName = nil; $0.type = ""
            } == .quarantined(.missingUserName))
        #expect(
            try outcome {
                $0.type = "rerun"; $0.viewerCount = nil
            } == .quarantined(.notLive))
        #expect(
            try outcome {
                $0.viewerCount = -1; $0.startedAt = nil
            } == .quarantined(.invalidViewerCount))
        #expect(try outcome { $0.startedAt = " 2026-05-01T11:45:00Z" } == .quarantined(.invalidStartedAt))
        #expect(try outcome { $0.startedAt = "2026-05-01T12:05:00.000001Z" } == .quarantined(.startedInFuture))
        #expect(try outcome { $0.viewerCount = 9 } == .quarantined(.belowMinViewers))
    }
}
