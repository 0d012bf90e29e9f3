/// The elements of an answer that comes in pages, fetched one at a time as they are asked for.
package struct Paged<Element: Sendable, Token: Sendable>: AsyncSequence, Sendable {
    typealias Page = (elements: [Element], next: Token?)

    let fetch: @Sendable (_ after: Token?) async throws -> Page

    /// Every element of every page, in order.
    package func collect() async throws -> [Element] {
        var all: [Element] = []
        for try await element in self { all.append(element) }
        return all
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(fetch: fetch)
    }

    package struct Iterator: AsyncIteratorProtocol {
        let fetch: @Sendable (Token?) async throws -> Page
        private var page: ArraySlice<Element> = []
        private var token: Token?
        private var isLast = false

        fileprivate init(fetch: @escaping @Sendable (Token?) async throws -> Page) {
            self.fetch = fetch
        }

        package mutating func next() async throws -> Element? {
            // A page may be empty and still not the last: DynamoDB's are when a filter drops everything.
            while page.isEmpty, !isLast {
                let (elements, next) = try await fetch(token)
                (page, token, isLast) = (elements[...], next, next == nil)
            }
            return page.popFirst()
        }
    }
}
