/// One walk over the pages of `/streams`, as a value: it is told of each page and answers what to ask for next.
///
/// A cursor holds a viewer count, so pages overlap while streams rise and fall; some come short, and some cursors lead
/// back to the first page (twitchdev/issues#93).
///
/// https://dev.twitch.tv/docs/api/guide/#pagination
package struct Pagination: Sendable {
    /// What to do next.
    package enum Step: Sendable, Equatable {
        case ask(after: String?)
        case finished(End)
    }

    /// Why a walk ended.
    package enum End: String, Sendable, Equatable, Codable {
        /// As many rows came as were wanted.
        case wanted
        /// Twitch gave no further cursor, or an empty page.
        case listEnd = "list_end"
        /// Twitch gave a cursor that the walk had already used.
        case repeatedCursor = "repeated_cursor"
        /// A page brought nothing new and began above the last one: the cursor led back.
        case loop
        case pageCap = "page_cap"
        /// Twitch refused a cursor again after the walk had begun anew.
        case invalidCursor = "invalid_cursor"
        /// A page could not be had.
        case failure
        /// The list ended, but at far fewer streams than shortly before. No walk can tell that of itself: whoever compares
        /// pulls does.
        case shrunk

        /// Whether nothing that was asked for is known to be missing.
        package var isComplete: Bool { self == .wanted || self == .listEnd }
    }

    /// Rows asked for; nil for all there are.
    package let wanted: Int?
    package let pageCap: Int
    package private(set) var rows: [GetStreams.Item] = []
    package private(set) var pages = 0
    /// Rows whose stream had come before.
    package private(set) var duplicates = 0
    private var ids: Set<String> = []
    private var cursors: Set<String> = []
    private var abandoned: [GetStreams.Item]?

    package init(wanted: Int?, pageCap: Int) {
        self.wanted = wanted
        self.pageCap = pageCap
    }

    /// Takes a page in. Rows beyond the wanted ones are left out, so is a page that only repeats.
    package mutating func received(_ page: HelixPage<GetStreams.Item>) -> Step {
        pages += 1
        guard !page.items.isEmpty else { return finish(.listEnd) }
        guard !leadsBack(page.items) else { return finish(.loop) }
        for item in page.items.prefix(wanted.map { $0 - rows.count } ?? .max) {
            if let id = item.id, !ids.insert(id).inserted { duplicates += 1 }
            rows.append(item)
        }
        if let wanted, rows.count >= wanted { return finish(.wanted) }
        guard let cursor = page.cursor else { return finish(.listEnd) }
        guard cursors.insert(cursor).inserted else { return finish(.repeatedCursor) }
        guard pages < pageCap else { return finish(.pageCap) }
        return .ask(after: cursor)
    }

    /// Twitch refused the cursor, as it does now and then in mid-walk (twitchdev/issues#91): begin once more.
    package mutating func cursorRefused() -> Step {
        guard abandoned == nil else { return finish(.invalidCursor) }
        abandoned = rows
        rows = []
        duplicates = 0
        ids = []
        cursors = []
        return pages < pageCap ? .ask(after: nil) : finish(.pageCap)
    }

    /// No page can be had any more: ends with what there is.
    package mutating func failed() -> Step {
        finish(.failure)
    }

    /// A walk that began anew and came less far than before keeps the longer part.
    private mutating func finish(_ end: End) -> Step {
        if let abandoned, abandoned.count > rows.count, !end.isComplete {
            rows = abandoned
            duplicates = rows.count - Set(rows.map(\.id)).count
        }
        return .finished(end)
    }

    private func leadsBack(_ items: [GetStreams.Item]) -> Bool {
        guard let last = rows.last?.viewerCount, let first = items.first?.viewerCount, first > last else {
            return false
        }
        // Streams that came into the first page meanwhile do not make it a later one.
        return items.count { $0.id.map(ids.contains) ?? false } * 2 > items.count
    }
}
