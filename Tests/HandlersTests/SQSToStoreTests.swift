import AWSClient
import Testing

@testable import Handlers

@Suite struct `Storing a batch` {
    @Test func `of a batch, the poison fails alone and the duplicate changes nothing`() async throws {
        let world = World()
        let event = try World.event("sqsToStore-batch")
        let answer = try await world.call(.sqsToStore, event)
        #expect(answer == ["batchItemFailures": [["itemIdentifier": event["Records"][1]["messageId"]]]])
        #expect(world.rows("realtime").count == 1)
        let line = try #require(world.read(\.logLines).first { $0.contains("A message failed") })
        #expect(line.contains(event["Records"][1]["messageId"].string ?? "?"))
        #expect(line.contains("collected_at"))
        #expect(world.read(\.logLines).contains { $0.contains(#""stored":1,"unchanged":1"#) })
    }

    @Test func `an item has its keys, the silver features and an end`() async throws {
        let world = World()
        _ = try await world.call(.sqsToStore, try World.event("sqsToStore-batch"))
        let item = try #require(world.rows("realtime").first)
        let expected: DynamoDBItem = [
            "nome_streamer": "Ana_Codes", "timestamp": "2026-03-01T12:00:00.000Z", "user_id": "1001",
            "id_streamer": .n("1001"), "id_stream": .n("317000000001"), "login_streamer": "ana_codes",
            "id_categoria": .n("509670"), "nome_categoria": "Science & Technology", "tipo_conteudo": "Non-Game",
            "titulo": "compilando 🚀, \"ao vivo\"", "idioma": "pt", "tags": .l(["Português", "Programação"]),
            "qtd_tags": .n("2"), "conteudo_adulto": false, "espectadores": .n("1200"), "faixa_espectadores": "high",
            "popular": true, "inicio_em": "2026-03-01T10:00:00.000Z", "coletado_em": "2026-03-01T12:00:00.000Z",
            "slot_coleta": "2026-03-01T12:00:00.000Z", "minutos_transmissao": .n("120"),
            "segundos_intervalo": .n("1800"), "horas_assistidas_total": .n("600.0"), "data_local": "2026-03-01",
            "hora_local": .n("9"), "periodo_dia": "Morning", "run_id": "20260301T120000000Z-30cfd3b9",
            "row_no": .n("0"), "expira_em": .n("\(1_772_366_400 + 14 * 86_400)"),
        ]
        #expect(item == expected)
    }

    @Test func `a redelivery changes nothing and succeeds`() async throws {
        let world = World()
        let message = Message()
        #expect(try await world.store([message, message]).isEmpty)
        let before = world.rows("realtime")
        #expect(try await world.store([message]).isEmpty)
        #expect(world.rows("realtime") == before)
    }

    @Test func `of one streamer and instant the greatest run and row stays, in any order of delivery`() async throws {
        let messages = [
            Message(run: "a", row: 5, viewers: 50), Message(run: "b", row: 1, viewers: 60),
            Message(run: "b", row: 2, viewers: 70),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            let world = World()
            for index in order { #expect(try await world.store([messages[index]]).isEmpty) }
            #expect(world.rows("realtime").map { $0["espectadores"] } == [.n("70")])
        }
    }

    /// Any messages, any order, any number of deliveries in batches of any size: what stays is the greatest run and row of
    /// each streamer and instant.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `the table agrees with a plain model`(seed: UInt64) async throws {
        var random = Xorshift(seed: seed)
        let messages = (0..<12).map { _ in
            Message(
                user: "\(1 + random.next(3))", run: ["a", "b", "B"][random.next(3)], row: random.next(3),
                viewers: 10 + random.next(90), minute: random.next(2))
        }
        // The same row is the same message: Twitch's numbers do not change after they were read.
        let rows = Dictionary(messages.map { ($0.row, $0) }) { first, _ in first }
        var deliveries = messages.compactMap { rows[$0.row] } + messages.compactMap { rows[$0.row] }
        let world = World()
        while !deliveries.isEmpty {
            let batch = (0...random.next(4)).compactMap { _ in
                deliveries.isEmpty ? nil : deliveries.remove(at: random.next(deliveries.count))
            }
            #expect(try await world.store(batch).isEmpty)
        }
        let expected = Dictionary(grouping: rows.values) { [$0.row[0], $0.row[3]] }.values.compactMap { same in
            same.max { ($0.row[1], $0.row[2]) < ($1.row[1], $1.row[2]) }?.fields["viewer_count"]?.int
        }
        #expect(world.rows("realtime").compactMap { $0["espectadores"]?.int }.sorted() == expected.sorted())
    }

    @Test func `two streamers of one name at one instant are both kept, once each`() async throws {
        let world = World()
        let (ana, other) = (Message(user: "1"), Message(user: "2"))
        for _ in 0..<2 { #expect(try await world.store([ana, other]).isEmpty) }
        let items = world.rows("realtime")
        #expect(items.count == 2)
        #expect(Set(items.compactMap { $0["user_id"]?.string }) == ["1", "2"])
        #expect(Set(items.compactMap { $0["timestamp"]?.string?.count }) == [24, 26])
    }

    @Test func `too few viewers are no failure and no item`() async throws {
        let world = World()
        #expect(try await world.store([Message(viewers: 9), Message(user: "2", viewers: 10)]).isEmpty)
        #expect(world.rows("realtime").map { $0["espectadores"] } == [.n("10")])
        #expect(world.read(\.logLines).contains { $0.contains(#""below_min_viewers":1"#) })
    }

    @Test(
        arguments: [
            (["id": "12a"], "invalid_id"), (["user_id": ""], "invalid_user_id"),
            (["user_login": " ", "user_name": .null], "missing_user_name"), (["type": "rerun"], "not_live"),
            (["viewer_count": "1200"], "invalid_viewer_count"), (["started_at": "2026-03-01"], "invalid_started_at"),
            (["started_at": "2026-03-01T12:05:01Z"], "started_in_future"),
        ] as [([String: JSON], String)])
    func `each rule of the lake names its motive`(change: [String: JSON], motivo: String) async throws {
        let world = World()
        let message = Message()
        let failures = try await world.store([message.changed(change), Message(user: "2", name: "Bo")])
        #expect(failures == ["0"])
        #expect(world.rows("realtime").count == 1)
        #expect(world.read(\.logLines).contains { $0.contains("A message failed: \(motivo)") })
    }

    @Test(arguments: ["", "not json", "[]", "null", "{}", #"{"collected_at":"x","run_id":"r","row_no":0}"#])
    func `what is no message of ours fails alone`(body: String) async throws {
        let world = World()
        let answer = try await world.call(
            .sqsToStore,
            [
                "Records": [
                    ["messageId": "bad", "body": .string(body)],
                    ["messageId": "good", "body": .string(Message().body)],
                ]
            ])
        #expect(answer == ["batchItemFailures": [["itemIdentifier": "bad"]]])
        #expect(world.rows("realtime").count == 1)
    }

    @Test func `a missing table fails every message`() async throws {
        let world = World()
        let answer = try await world.call(
            .sqsToStore, try World.event("sqsToStore-batch"), ["REALTIME_TABLE": "nowhere"])
        #expect(answer["batchItemFailures"].count == 3)
    }

    @Test func `the lifetime is configuration`() async throws {
        let world = World()
        _ = try await world.call(.sqsToStore, try World.event("sqsToStore-batch"), ["REALTIME_TTL_DAYS": "1"])
        #expect(world.rows("realtime").first?["expira_em"] == .n("\(1_772_366_400 + 86_400)"))
    }
}

/// A good message, but for what a test changes.
private struct Message {
    var fields: [String: JSON]

    init(
        user: String = "1", name: String = "Ana", run: String = "run", row: Int = 0, viewers: Int = 100,
        minute: Int = 0
    ) {
        fields = [
            "id": "31", "user_id": .string(user), "user_login": "ana", "user_name": .string(name), "type": "live",
            "viewer_count": .number(Double(viewers)), "started_at": "2026-03-01T11:00:00Z",
            "collected_at": .string("2026-03-01T12:0\(minute):00.000Z"), "run_id": .string(run),
            "row_no": .number(Double(row)),
        ]
    }

    /// Streamer, run, row number and instant.
    var row: [String] {
        [
            fields["user_id"]?.string ?? "", fields["run_id"]?.string ?? "", "\(fields["row_no"]?.int ?? 0)",
            fields["collected_at"]?.string ?? "",
        ]
    }

    func changed(_ change: [String: JSON]) -> Message {
        var message = self
        message.fields.merge(change) { _, new in new }
        return message
    }

    var body: String {
        (try? JSON.object(fields).bytes).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension World {
    /// The ids of the failed messages, which are their places in the batch.
    fileprivate func store(_ messages: [Message]) async throws -> [String] {
        let records = messages.enumerated().map { index, message -> JSON in
            ["messageId": .string("\(index)"), "body": .string(message.body)]
        }
        let answer = try await call(.sqsToStore, ["Records": .array(records)])
        guard case .array(let failures) = answer["batchItemFailures"] else { return ["no list"] }
        return failures.compactMap { $0["itemIdentifier"].string }
    }
}
