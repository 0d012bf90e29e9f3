import Glibc

/// Which certificate authorities vouch for a server's name.
package struct TrustStore: Sendable, Equatable {
    /// A PEM bundle, read whole at the first TLS connection.
    package let bundle: String?

    /// A folder of certificates under their OpenSSL hash, of which only those needed are read.
    package let folder: String?

    /// `AWS_CA_BUNDLE` before `SSL_CERT_FILE` before `SSL_CERT_DIR`, then where Linux distributions keep theirs.
    ///
    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html and
    /// https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/
    package init(environment: [String: String] = [:], exists: (String) -> Bool = { access($0, R_OK) == 0 }) {
        func named(_ variable: String) -> String? {
            environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let bundle = named("AWS_CA_BUNDLE") ?? named("SSL_CERT_FILE") {
            (self.bundle, folder) = (bundle, nil)
        } else if let folder = named("SSL_CERT_DIR") {
            (bundle, self.folder) = (nil, folder)
        } else {
            (bundle, folder) = (Self.systemBundles.first(where: exists), nil)
        }
    }

    /// Amazon Linux and Fedora, then Debian, then Alpine. With none of them, libcurl's own built-in place decides.
    private static let systemBundles = [
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem",
    ]
}
