import HTTPTransport
import Testing

@testable import Twitch

@Suite struct `Helix endpoints` {
    @Test func `a stream is read as sent`() async throws {
        let page = try await answer(
            GetStreams(),
            #"""
            {"data":[{"id":"317000000001","user_id":"1001","user_login":"ana_codes","user_name":"Ana_Codes","game_id":"",
            "game_name":"","type":"live","title":"compilando 🚀, \"oi\"","tags":["Português","a b"],"viewer_count":42,
            "started_at":"2026-03-01T12:34:56Z","language":"pt","thumbnail_url":"https://e.test/{width}x{height}.jpg",
            "tag_ids":[],"is_mature":false,"unheard_of":{"x":1}}],"pagination":{"cursor":"opaque"}}
            """#)
        #expect(page.cursor == "opaque")
        let stream = try #require(page.items.first)
        #expect(stream.id == "317000000001")
        #expect(stream.userID == "1001")
        #expect(stream.userLogin == "ana_codes")
        #expect(stream.userName == "Ana_Codes")
        #expect(stream.gameID == "")
        #expect(stream.gameName == "")
        #expect(stream.type == "live")
        #expect(stream.title == "compilando 🚀, \"oi\"")
        #expect(stream.viewerCount == 42)
        #expect(stream.startedAt == "2026-03-01T12:34:56Z")
        #expect(stream.language == "pt")
        #expect(stream.thumbnailURL == "https://e.test/{width}x{height}.jpg")
        #expect(stream.tagIDs == [])
        #expect(stream.tags == ["Português", "a b"])
        #expect(stream.isMature == false)
    }

    @Test func `a field of another type is nil and its neighbours stay`() async throws {
        let page = try await answer(
            GetStreams(),
            #"""
            {"data":[{"id":7,"user_id":"1","user_login":null,"viewer_count":"12","tags":["a",null,3,""],"tag_ids":null,
            "is_mature":1,"title":["x"],"language":"\ud800"},null,17,"text",
            {"id":"8","viewer_count":99999999999999999999,"tags":"a"}]}
            """#)
        #expect(page.cursor == nil)
        #expect(page.items.count == 5)
        let first = page.items[0]
        #expect(first.id == nil && first.userLogin == nil && first.viewerCount == nil && first.isMature == nil)
        #expect(first.title == nil && first.tagIDs == nil && first.language == nil)
        #expect(first.userID == "1")
        #expect(first.tags == ["a", nil, nil, ""])
        #expect(page.items[1...3].allSatisfy { $0.id == nil && $0.userID == nil })
        #expect(page.items[4].id == "8")
        #expect(page.items[4].viewerCount == nil && page.items[4].tags == nil)
    }

    @Test(arguments: [
        "", #","pagination":{}"#, #","pagination":{"cursor":""}"#, #","pagination":null"#, #","pagination":[]"#,
    ])
    func `these all mean that there is no further page`(ending: String) async throws {
        let page = try await answer(GetStreams(), #"{"data":[{"id":"1"}]\#(ending)}"#)
        #expect(page.items.count == 1)
        #expect(page.cursor == nil)
    }

    @Test func `games are read`() async throws {
        let page = try await answer(
            GetGames(ids: ["900001"]),
            #"{"data":[{"id":"900001","name":"Example Quest","box_art_url":"https://e.test/{width}.jpg","igdb_id":""}]}"#
        )
        #expect(
            page.items == [
                GetGames.Item(
                    id: "900001", name: "Example Quest", boxArtURL: "https://e.test/{width}.jpg", igdbID: "")
            ])
    }

    @Test func `users are read`() async throws {
        let page = try await answer(
            GetUsers(ids: ["1001"]),
            #"""
            {"data":[{"id":"1001","login":"ana_codes","display_name":"アナ","type":"","broadcaster_type":"affiliate",
            "description":"","profile_image_url":"https://e.test/p.png","offline_image_url":"","view_count":0,
            "created_at":"2016-12-14T20:32:28.5Z"}]}
            """#)
        #expect(
            page.items == [
                GetUsers.Item(
                    id: "1001", login: "ana_codes", displayName: "アナ", type: "", broadcasterType: "affiliate",
                    description: "", profileImageURL: "https://e.test/p.png", offlineImageURL: "", viewCount: 0,
                    createdAt: "2016-12-14T20:32:28.5Z")
            ])
    }

    @Test func `channels are read`() async throws {
        let page = try await answer(
            GetChannels(broadcasterIDs: ["1001"]),
            #"""
            {"data":[{"broadcaster_id":"1001","broadcaster_login":"ana_codes","broadcaster_name":"Ana_Codes",
            "broadcaster_language":"pt","game_id":"900001","game_name":"Example Quest","title":"oi","delay":0,
            "tags":["a"],"content_classification_labels":["MatureGame"],"is_branded_content":true}]}
            """#)
        let channel = try #require(page.items.first)
        #expect(channel.broadcasterID == "1001")
        #expect(channel.broadcasterLogin == "ana_codes")
        #expect(channel.broadcasterLanguage == "pt")
        #expect(channel.contentClassificationLabels == ["MatureGame"])
        #expect(channel.isBrandedContent == true)
    }

    @Test func `top games share the shape of games`() async throws {
        let page = try await answer(
            GetTopGames(first: 2), #"{"data":[{"id":"5","name":"N"}],"pagination":{"cursor":"Mg"}}"#)
        #expect(page.items == [GetGames.Item(id: "5", name: "N", boxArtURL: nil, igdbID: nil)])
        #expect(page.cursor == "Mg")
    }

    @Test func `keys are repeated, never joined by commas`() {
        let request = GetStreams(first: 20, after: "a=b/+", languages: ["pt", "en"], gameIDs: ["1", "2"])
        #expect(
            request.query.queryString
                == "first=20&language=pt&language=en&game_id=1&game_id=2&after=a%3Db%2F%2B")
        #expect(GetUsers(ids: ["1", "2"]).query.queryString == "id=1&id=2")
        #expect(GetChannels(broadcasterIDs: ["1", "2"]).query.queryString == "broadcaster_id=1&broadcaster_id=2")
        #expect(GetTopGames(first: 3, after: "x").query.queryString == "first=3&after=x")
    }

    /// Random bytes in place of a body are an error or a page, never a trap.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a spoilt body never stops the process`(seed: UInt64) async throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var body = Array(#"{"data":[{"id":"1","tags":["é",null],"viewer_count":12}],"pagination":{"cursor":"c"}}"#.utf8)
        for _ in 0...next(4) {
            switch next(3) {
            case 0: body[next(body.count)] = UInt8(next(256))
            case 1: body.removeLast(next(body.count))
            default: body.insert(UInt8(next(256)), at: next(body.count))
            }
            if body.isEmpty { break }
        }
        let twitch = TwitchUnderTest { [body] _, _ in HTTPResponse(status: 200, body: body) }
        do {
            let page = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
            #expect(page.items.count <= body.count)
        } catch let error as TwitchError {
            guard case .unreadableAnswer("/streams", _, _, attempts: 5) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    private func answer<Endpoint: HelixEndpoint>(
        _ endpoint: Endpoint, _ body: String
    ) async throws -> HelixPage<Endpoint.Item> {
        let twitch = TwitchUnderTest { _, _ in .json(body) }
        return try await twitch.helix.get(endpoint, deadline: twitch.soon)
    }
}
