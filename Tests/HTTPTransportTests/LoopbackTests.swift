import Testing

@testable import HTTPTransport

@Suite struct `Whom no proxy serves` {
    @Test(arguments: [
        "http://127.0.0.1:4566", "http://127.1.2.3/a", "https://localhost", "http://localhost:1?x", "http://[::1]:80/",
        "http://user@localhost/", "http://lake.localhost:4566/",
    ])
    func `this machine's own names are loopback`(url: String) {
        #expect(HTTPRequest(url: url).isToLoopback)
    }

    @Test(arguments: [
        "http://example.com/127.0.0.1", "https://localhost.example.com", "http://localhost@example.com/", "",
        "http://[::2]/", "http://example.com?@localhost",
    ])
    func `others are not`(url: String) {
        #expect(!HTTPRequest(url: url).isToLoopback)
    }
}
