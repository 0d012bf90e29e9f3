import Foundation
import HTTPTransport

/// Helix over fixed lists: streams by language, most viewers first, with offset cursors.
struct FakeTwitch {
    var streams: [JSON] = []
    var unknownGames: Set<String> = []
    var unknownUsers: Set<String> = []
    /// Whose channels have content labels.
    var matureUsers: Set<String> = []
    var tokens = 0
    /// From this page of `/streams` on the service is down.
    var brokenAfter: Int?
    private var pages = 0

    mutating func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        let parts = request.url.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        func all(_ name: String) -> [String] {
            query.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        switch parts[0].split(separator: "/").last {
        case "token":
            tokens += 1
            return try .json(["access_token": .string("token-\(tokens)"), "expires_in": 5_000_000])
        case "validate":
            guard request.headers["Authorization"] == "OAuth token-\(tokens)" else {
                return try .json(["status": 401, "message": "invalid access token"], status: 401)
            }
            return try .json(["client_id": "client", "scopes": .null, "expires_in": 5_000_000])
        case "streams":
            let languages = Set(all("language"))
            let games = Set(all("game_id"))
            let matching = streams.filter {
                (languages.isEmpty || languages.contains($0["language"].string ?? ""))
                    && (games.isEmpty || games.contains($0["game_id"].string ?? ""))
            }
            return try page(of: matching, first: Int(all("first")[0]) ?? 20, after: all("after").first)
        case "top":
            let games = Set(streams.compactMap { $0["game_id"].string }).sorted().prefix(Int(all("first")[0]) ?? 20)
            return try .json(["data": .array(games.map { ["id": .string($0)] }), "pagination": ["cursor": "x"]])
        case "games":
            return try lookUp(all("id"), unknownGames) { id in
                ["id": .string(id), "name": .string("Game \(id)"), "box_art_url": "b", "igdb_id": ""]
            }
        case "users":
            return try lookUp(all("id"), unknownUsers) { id in
                [
                    "id": .string(id), "login": .string("user\(id)"), "display_name": .string("User \(id)"),
                    "broadcaster_type": "partner", "description": .string("I am \(id)"), "type": "",
                    "profile_image_url": "p", "offline_image_url": "o", "view_count": 0,
                    "created_at": "2009-05-06T07:08:09.123Z",
                ]
            }
        case "channels":
            return try lookUp(all("broadcaster_id"), unknownUsers) { id in
                [
                    "broadcaster_id": .string(id),
                    "content_classification_labels": matureUsers.contains(id) ? ["Gambling", "MatureGame"] : [],
                ]
            }
        default: return try .json(["status": 404, "message": "no such path"], status: 404)
        }
    }

    private mutating func page(of all: [JSON], first: Int, after: String?) throws -> HTTPResponse {
        if let brokenAfter, pages >= brokenAfter { return HTTPResponse(status: 503, body: Array("down".utf8)) }
        pages += 1
        let start = after.flatMap { Int($0) } ?? 0
        let page = Array(all.dropFirst(start).prefix(first))
        let next = start + page.count
        return try .json([
            "data": .array(page), "pagination": next < all.count ? ["cursor": .string("\(next)")] : [:],
        ])
    }

    private func lookUp(
        _ ids: [String], _ unknown: Set<String>, _ item: (String) -> JSON
    ) throws -> HTTPResponse {
        precondition((1...100).contains(ids.count), "Helix takes 1 to 100 ids")
        return try .json(["data": .array(ids.filter { !unknown.contains($0) }.map(item))])
    }

    /// A plain good stream.
    static func stream(_ id: Int, language: String = "pt", viewers: Int? = nil, game: Int? = nil) -> JSON {
        [
            "id": .string("\(317_000_000_000 + id)"), "user_id": .string("\(1000 + id)"),
            "user_login": .string("user\(id)"), "user_name": .string("User\(id)"),
            "game_id": .string("\(game ?? 500 + id % 7)"), "game_name": .string("Game \(game ?? 500 + id % 7)"),
            "type": "live", "title": .string("título \(id) 🚀"), "tags": ["a", "b"],
            "viewer_count": .number(Double(viewers ?? 5000 - id)), "started_at": "2026-03-01T10:15:00Z",
            "language": .string(language), "thumbnail_url": "t", "tag_ids": [], "is_mature": false,
        ]
    }
}
