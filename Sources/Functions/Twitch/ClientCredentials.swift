/// What identifies the application to Twitch.
///
/// https://dev.twitch.tv/docs/authentication/register-app
package struct ClientCredentials: Sendable {
    package let clientID: String
    package let secret: ClientSecret

    package init(clientID: String, secret: ClientSecret) {
        self.clientID = clientID
        self.secret = secret
    }
}

/// A secret that no description, dump or interpolation shows.
package struct ClientSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The text itself, for the one request that needs it.
    var revealed: String { value }

    package var description: String { "…" }
    package var debugDescription: String { "…" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
