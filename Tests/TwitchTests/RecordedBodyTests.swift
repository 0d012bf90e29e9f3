import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import Twitch

/// Answers and messages of the real Twitch. They are other people's words and Twitch's data, so they lie beside the checkout
/// and never in it.
private enum TwitchData {
    static let folder: URL = {
        if let named = ProcessInfo.processInfo.environment["RIVULET_TWITCH_DATA"] { return URL(filePath: named) }
        // The package may be built through a symbolic link to its tests.
        let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        return tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "shared/data/twitch")
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "README.md").path) }

    static func lines(of path: String) async throws -> [Data] {
        let unpacked = try await Program.run("/usr/bin/env", ["gzip", "-dc", folder.appending(path: path).path])
        try #require(unpacked.status == 0, "\(unpacked.errors)")
        return unpacked.output.split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }

    /// All Helix and token answers.
    static func bodies() async throws -> [RecordedBody] {
        var bodies: [RecordedBody] = []
        for file in ["nicklaw5-helix-bodies", "swift-twitch-client-bodies"] {
            bodies += try await lines(of: "helix-fixtures/\(file).jsonl.gz").map(RecordedBody.init)
        }
        return bodies
    }
}

private struct RecordedBody {
    let status: Int
    let bytes: [UInt8]
    let fields: [String: Any]

    init(line: Data) throws {
        let record = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        status = record["status"] as? Int ?? 200
        fields = try #require(record["body"] as? [String: Any])
        bytes = Array(try JSONSerialization.data(withJSONObject: fields))
    }

    /// What stands under `data`, when it is a list.
    var items: [Any]? { fields["data"] as? [Any] }

    /// The items when all are objects with this field.
    func objects(with field: String) -> [[String: Any]]? {
        guard status == 200, let objects = items as? [[String: Any]], !objects.isEmpty else { return nil }
        return objects.allSatisfy { $0[field] != nil } ? objects : nil
    }

    func get<Endpoint: HelixEndpoint>(_ endpoint: Endpoint) async throws -> HelixPage<Endpoint.Item> {
        let twitch = TwitchUnderTest { [status, bytes] _, _ in HTTPResponse(status: status, body: bytes) }
        return try await twitch.helix.get(endpoint, deadline: twitch.soon)
    }
}

@Suite(
    .enabled(
        if: TwitchData.isThere, "no recorded Twitch data beside this checkout; RIVULET_TWITCH_DATA names its folder"),
    .timeLimit(.minutes(2)))
struct `Recorded bodies` {
    @Test func `are pages, or errors with a name`() async throws {
        let bodies = try await TwitchData.bodies()
        #expect(bodies.count > 300)
        for body in bodies {
            try await expect(body, GetStreams())
            try await expect(body, GetTopGames())
            try await expect(body, GetGames(ids: ["1"]))
            try await expect(body, GetUsers(ids: ["1"]))
            try await expect(body, GetChannels(broadcasterIDs: ["1"]))
        }
    }

    /// Anything but a `TwitchError` is thrown on, and fails the test.
    private func expect<Endpoint: HelixEndpoint>(_ body: RecordedBody, _ endpoint: Endpoint) async throws {
        do {
            let page = try await body.get(endpoint)
            #expect(body.status == 200)
            #expect(page.items.count == body.items?.count)
            let cursor = (body.fields["pagination"] as? [String: Any])?["cursor"] as? String
            #expect(page.cursor == (cursor == "" ? nil : cursor))
        } catch let error as TwitchError {
            #expect(body.status != 200 || body.items == nil, "\(error)")
        }
    }

    @Test func `of the endpoints that are called are read field by field`() async throws {
        var kinds: [String: Int] = [:]
        for body in try await TwitchData.bodies() {
            if let objects = body.objects(with: "viewer_count"), body.objects(with: "user_id") != nil {
                kinds["streams", default: 0] += objects.count
                for (item, sent) in zip(try await body.get(GetStreams()).items, objects) {
                    expect(
                        sent,
                        [
                            "id": item.id, "user_id": item.userID, "user_login": item.userLogin,
                            "user_name": item.userName, "game_id": item.gameID, "game_name": item.gameName,
                            "type": item.type, "title": item.title, "started_at": item.startedAt,
                            "language": item.language, "thumbnail_url": item.thumbnailURL,
                        ])
                    #expect(item.viewerCount == (sent["viewer_count"] as? NSNumber)?.int64Value)
                    #expect(item.tags?.count == (sent["tags"] as? [Any])?.count)
                }
            } else if let objects = body.objects(with: "box_art_url"), body.objects(with: "name") != nil {
                kinds["games", default: 0] += objects.count
                for (item, sent) in zip(try await body.get(GetGames(ids: ["1"])).items, objects) {
                    expect(
                        sent,
                        ["id": item.id, "name": item.name, "box_art_url": item.boxArtURL, "igdb_id": item.igdbID])
                }
            } else if let objects = body.objects(with: "profile_image_url"), body.objects(with: "login") != nil {
                kinds["users", default: 0] += objects.count
                for (item, sent) in zip(try await body.get(GetUsers(ids: ["1"])).items, objects) {
                    expect(
                        sent,
                        [
                            "id": item.id, "login": item.login, "display_name": item.displayName, "type": item.type,
                            "broadcaster_type": item.broadcasterType, "description": item.description,
                            "created_at": item.createdAt,
                        ])
                }
            } else if let objects = body.objects(with: "content_classification_labels") {
                kinds["channels", default: 0] += objects.count
                for (item, sent) in zip(try await body.get(GetChannels(broadcasterIDs: ["1"])).items, objects) {
                    expect(sent, ["broadcaster_id": item.broadcasterID, "game_id": item.gameID, "title": item.title])
                    let labels = sent["content_classification_labels"] as? [Any]
                    #expect(item.contentClassificationLabels?.count == labels?.count)
                }
            }
        }
        #expect(Set(kinds.keys) == ["streams", "games", "users", "channels"])
        #expect(kinds.values.allSatisfy { $0 > 0 })
    }

    private func expect(_ sent: [String: Any], _ read: [String: String?]) {
        for (name, text) in read { #expect(text == sent[name] as? String, "\(name)") }
    }

    @Test func `given for a token, are one or an error with a name`() async throws {
        var tokens = 0
        for body in try await TwitchData.bodies() {
            let time = ManualTime()
            let http = ScriptedHTTPClient { [status = body.status, bytes = body.bytes] _, _ in
                HTTPResponse(status: status, body: bytes)
            }
            do {
                let issued = try await AppAccessTokens.overScript(http, time).current(deadline: time.now + .seconds(60))
                #expect(issued.token.text == body.fields["access_token"] as? String)
                tokens += 1
            } catch is TwitchError {
                #expect(body.status != 200 || !(body.fields["access_token"] is String))
            }
        }
        #expect(tokens > 0)
    }

    /// Chat lines, EventSub messages and tables are no pages, and say so.
    @Test(arguments: [
        "irc/edge-cases.jsonl.gz", "irc/xqcow-20190915.irc.gz", "eventsub/websocket-messages.ndjson.gz",
        "vod-chat/csharpfritz-20191208.jsonl.gz", "helix-fixtures/memgraph-streamers-2021.csv.gz",
    ])
    func `of another kind are errors with a name`(path: String) async throws {
        let lines = try await TwitchData.lines(of: path).prefix(300)
        #expect(lines.count > 20)
        for line in lines {
            let bytes = Array(line)
            let twitch = TwitchUnderTest { _, _ in HTTPResponse(status: 200, body: bytes) }
            await #expect(throws: TwitchError.self) { try await twitch.helix.get(GetStreams(), deadline: twitch.soon) }
        }
    }
}
