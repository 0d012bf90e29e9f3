import HTTPTransport
import Testing

@testable import HTTPTransport

@Suite struct `Headers` {
    @Test func `a name finds its first value in any case`() {
        let headers = HTTPHeaders([(name: "Content-Type", value: "a"), (name: "CONTENT-TYPE", value: "b")])
        #expect(headers["content-type"] == "a")
        #expect(headers["content-typ"] == nil)
    }

    @Test func `adding keeps the old value, setting replaces every one, nil removes them`() {
        var headers: HTTPHeaders = ["A": "1"]
        headers.add(name: "a", value: "2")
        #expect(headers.pairs.map(\.value) == ["1", "2"])
        headers["A"] = "3"
        #expect(headers.pairs.map(\.value) == ["3"])
        headers["a"] = nil
        #expect(headers.pairs.isEmpty)
    }

    @Test func `equality asks for the same fields in the same order`() {
        let one: HTTPHeaders = ["A": "1", "B": "2"]
        #expect(one == ["a": "1", "b": "2"])
        #expect(one != ["B": "2", "A": "1"])
        #expect(one != ["A": "1"])
    }
}

@Suite struct `Requests shown` {
    @Test func `a request shows neither headers, query nor body`() {
        let request = HTTPRequest(
            method: "POST", url: "https://host/path?token=hush", headers: ["Authorization": "hush"],
            body: Array("hush".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        for shown in ["\(request)", String(reflecting: request), dumped] {
            #expect(!shown.contains("hush"))
            #expect(!shown.contains("104"))
        }
        #expect("\(request)" == "POST https://host/path")
    }
}

@Suite struct `Trusted authorities` {
    @Test func `the caller's places come before the system's`() {
        let all = ["AWS_CA_BUNDLE": "/a", "SSL_CERT_FILE": "/b", "SSL_CERT_DIR": "/c"]
        #expect(TrustStore(environment: all).bundle == "/a")
        #expect(TrustStore(environment: all).folder == nil)
        let both = TrustStore(environment: all.filter { $0.key != "AWS_CA_BUNDLE" })
        #expect(both.bundle == "/b")
        #expect(both.folder == "/c")
        let folder = TrustStore(environment: ["SSL_CERT_DIR": "/c", "SSL_CERT_FILE": ""])
        #expect(folder.folder == "/c")
        #expect(folder.bundle == nil)
    }

    @Test func `a hashed folder comes before a bundle`() {
        let debian = TrustStore { $0.hasPrefix("/etc/ssl/") }
        #expect(debian.folder == "/etc/ssl/certs")
        #expect(debian.bundle == nil)
    }

    @Test func `the first bundle that the system has is taken, or none`() {
        let plain = TrustStore { $0 == "/etc/ssl/certs/ca-certificates.crt" || $0 == "/etc/ssl/cert.pem" }
        #expect(plain.bundle == "/etc/ssl/certs/ca-certificates.crt")
        let none = TrustStore { _ in false }
        #expect(none.bundle == nil)
        #expect(none.folder == nil)
    }
}
