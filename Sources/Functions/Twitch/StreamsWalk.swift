/// What one walk over `/streams` brought.
package struct StreamsWalk: Sendable {
    /// In the order of arrival; a stream that moved between pages comes twice.
    package let streams: [GetStreams.Item]
    package let pages: Int
    package let duplicates: Int
    package let end: Pagination.End
    /// What stopped the walk when `end` is `failure`.
    package let failure: TwitchError?
}

extension HelixClient {
    /// Walks `/streams` page by page until `wanted` rows came, or to the end of the list when that is nil.
    ///
    /// A fault that passes by itself ends the walk with what there is. Others (`TwitchError.isPermanent`) are thrown.
    ///
    /// - Parameter deadline: time since the epoch after which no page is asked for.
    package func walkStreams(
        _ request: GetStreams, wanted: Int?, pageCap: Int, deadline: Duration
    ) async throws -> StreamsWalk {
        var walk = Pagination(wanted: wanted, pageCap: pageCap)
        var request = request
        var step = Pagination.Step.ask(after: nil)
        var failure: TwitchError?
        while case .ask(let cursor) = step {
            request.after = cursor
            do {
                step = walk.received(try await get(request, deadline: deadline))
            } catch let error as TwitchError {
                if error.refusesCursor(of: request) {
                    step = walk.cursorRefused()
                } else {
                    guard !error.isPermanent else { throw error }
                    failure = error
                    step = walk.failed()
                }
            }
        }
        guard case .finished(let end) = step else { preconditionFailure("the loop ends at `finished` only") }
        return StreamsWalk(
            streams: walk.rows, pages: walk.pages, duplicates: walk.duplicates, end: end, failure: failure)
    }
}
