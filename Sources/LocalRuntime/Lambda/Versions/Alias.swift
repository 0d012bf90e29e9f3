/// A name for a version, or for two of them with a share each.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
package struct Alias: Sendable, Equatable, Codable {
    /// The second version, and the share of invocations that it gets.
    package struct Route: Sendable, Equatable, Codable {
        package var version: Int
        /// From 0 to 1.
        package var weight: Double

        package init(version: Int, weight: Double) {
            self.version = version
            self.weight = weight
        }
    }

    package var name: String
    /// `$LATEST`, or a number.
    package var functionVersion: String
    package var description: String
    package var route: Route?
    package var revision: String

    package init(
        name: String, functionVersion: String, description: String = "", route: Route? = nil, revision: String
    ) {
        self.name = name
        self.functionVersion = functionVersion
        self.description = description
        self.route = route
        self.revision = revision
    }

    /// The version that an invocation gets.
    ///
    /// - Parameter roll: from 0 up to 1, drawn anew for each invocation.
    package func version(for roll: Double) -> Version {
        if let route, roll < route.weight { return .published(route.version) }
        return Version(functionVersion) ?? .latest
    }

    /// Every version that the alias may lead to.
    package var versions: [Version] {
        [Version(functionVersion) ?? .latest] + (route.map { [.published($0.version)] } ?? [])
    }
}
