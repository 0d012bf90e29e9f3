import AWSProtocol
package import EmulatorClock
package import Foundation

/// Recorded Helix answers from a folder: each JSON file is one answer, in the order of the file names. What a file holds
/// is told by its items: streams have `viewer_count`, games `box_art_url`, users
/// `login`, channels `broadcaster_id`.
package struct Recording: Sendable {
    private let pages: [[JSONValue]]
    private let games: [JSONValue]
    private let users: [JSONValue]
    private let channels: [JSONValue]

    /// The latest `started_at` of all recorded streams: the recording cannot be older.
    package let latestStart: Timestamp?

    /// - Throws: `RecordingError`, naming the file, when one is no Helix answer or when no file holds streams.
    package init(folder: URL) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".json") }.sorted()
        } catch {
            throw RecordingError.unreadable(file: folder.path, reason: "\(error.localizedDescription)")
        }
        var pages: [[JSONValue]] = []
        var games: [JSONValue] = []
        var users: [JSONValue] = []
        var channels: [JSONValue] = []
        for name in names {
            let items = try Self.items(of: folder.appending(path: name))
            switch items.first.map(Kind.init(of:)) {
            case .streams: pages.append(items)
            case .games: games += items
            case .users: users += items
            case .channels: channels += items
            case .unknown:
                throw RecordingError.notHelix(file: name, reason: "its items are no streams, games, users or channels")
            case nil: continue
            }
        }
        guard !pages.isEmpty else { throw RecordingError.noStreams(folder: folder.path) }
        self.pages = pages
        self.games = games
        self.users = users
        self.channels = channels
        latestStart = pages.joined().compactMap { $0["started_at"]?.string.flatMap(Timestamp.init(rfc3339:)) }.max()
    }

    private enum Kind {
        case streams, games, users, channels, unknown

        init(of item: JSONValue) {
            let object = item.object ?? [:]
            self =
                if object["viewer_count"] != nil || object["started_at"] != nil {
                    .streams
                } else if object["box_art_url"] != nil {
                    .games
                } else if object["broadcaster_id"] != nil {
                    .channels
                } else if object["login"] != nil {
                    .users
                } else {
                    .unknown
                }
        }
    }

    private static func items(of file: URL) throws -> [JSONValue] {
        let body: JSONValue
        do {
            body = try JSONValue(parsing: Array(Data(contentsOf: file)))
        } catch let error as JSONSyntaxError {
            throw RecordingError.notHelix(file: file.lastPathComponent, reason: "\(error)")
        } catch {
            throw RecordingError.unreadable(file: file.path, reason: error.localizedDescription)
        }
        guard let items = body["data"]?.array else {
            throw RecordingError.notHelix(file: file.lastPathComponent, reason: "it has no list under \"data\"")
        }
        return items
    }
}

extension Recording: Directory {
    /// Serves the recorded pages one by one; with filters, what is left of each. The cursor names the next page.
    func streams(_ query: HelixQuery) throws -> JSONValue {
        let index = try query["after"].map(Self.page) ?? 0
        guard index < pages.count else {
            guard index == pages.count else { throw HelixError.invalidCursor }
            return ["data": [], "pagination": [:]]
        }
        let filter = try StreamFilter(query)
        let data = pages[index].filter { item in
            func text(_ name: String) -> String { item[name]?.string ?? "" }
            return filter.admits(
                language: text("language"), game: text("game_id"), user: text("user_id"), login: text("user_login"))
        }
        let isLast = index == pages.count - 1
        return [
            "data": .array(data), "pagination": isLast ? [:] : ["cursor": .string("recorded-\(index + 1)")],
        ]
    }

    var firstCursor: String { "recorded-0" }

    var endCursor: String { "recorded-\(pages.count)" }

    func games(_ query: HelixQuery) throws -> JSONValue {
        let ids = Set(try query.values("id"))
        return ["data": .array(games.filter { ids.contains($0["id"]?.string ?? "") })]
    }

    /// The recorded games in the order of the recording.
    func topGames(_ query: HelixQuery) throws -> JSONValue {
        try page(of: games, query)
    }

    func channels(_ query: HelixQuery) throws -> JSONValue {
        let ids = Set(try query.values("broadcaster_id"))
        return ["data": .array(channels.filter { ids.contains($0["broadcaster_id"]?.string ?? "") })]
    }

    func users(_ query: HelixQuery) throws -> JSONValue {
        let ids = Set(try query.values("id", "login"))
        return [
            "data": .array(
                users.filter { ids.contains($0["id"]?.string ?? "") || ids.contains($0["login"]?.string ?? "") })
        ]
    }

    private static func page(_ cursor: String) throws -> Int {
        guard cursor.hasPrefix("recorded-"), let page = Int(cursor.dropFirst(9)), page >= 0 else {
            throw HelixError.invalidCursor
        }
        return page
    }
}

/// Why a folder cannot be replayed.
package enum RecordingError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case notHelix(file: String, reason: String)
    case noStreams(folder: String)

    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "Cannot read \(file): \(reason)"
        case .notHelix(let file, let reason):
            "\(file) is no recorded Helix answer: \(reason). Take it out of the folder, or record it again."
        case .noStreams(let folder):
            "\(folder) holds no recorded streams: put the answers of GET /helix/streams there, a .json file each."
        }
    }
}
