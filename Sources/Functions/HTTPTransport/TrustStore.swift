import Glibc

/// Which certificate authorities vouch for a server's name. With neither place, libcurl's built-in ones do.
package struct TrustStore: Sendable, Equatable {
    /// A PEM bundle, read whole at the first TLS connection.
    package let bundle: String?

    /// A folder of certificates under their OpenSSL hash, of which only those needed are read.
    package let folder: String?

    /// `AWS_CA_BUNDLE`, then `SSL_CERT_FILE` and `SSL_CERT_DIR` together, then where Linux distributions keep theirs.
    ///
    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html and
    /// https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/
    package init(environment: [String: String] = [:], exists: (String) -> Bool = { access($0, R_OK) == 0 }) {
        let set = environment.filter { !$0.value.isEmpty }
        if let bundle = set["AWS_CA_BUNDLE"] {
            (self.bundle, folder) = (bundle, nil)
        } else if set["SSL_CERT_FILE"] != nil || set["SSL_CERT_DIR"] != nil {
            (bundle, folder) = (set["SSL_CERT_FILE"], set["SSL_CERT_DIR"])
        } else if let folder = Self.systemFolders.first(where: { exists("\($0)/\(Self.amazonRoot)") }) {
            // Before a bundle: parsing one holds up a cold start, and a function needs two or three certificates.
            (bundle, self.folder) = (nil, folder)
        } else {
            (bundle, folder) = (Self.systemBundles.first(where: exists), nil)
        }
    }

    /// Debian, then Fedora's kin.
    private static let systemFolders = ["/etc/ssl/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash"]

    /// Amazon Root CA 1 under its hash: a folder that has it is one that the distribution has filled and hashed.
    private static let amazonRoot = "ce5e74ef.0"

    /// Amazon Linux and Fedora, then Debian, then Alpine.
    private static let systemBundles = [
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem",
    ]
}
