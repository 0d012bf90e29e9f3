/// How a silver text is made of a bronze one (LAKE_SPEC 2.1): trimmed, then lowered if so asked; null and blank become
/// one fixed word.
struct TextRule {
    let isLowered: Bool
    let blank: String

    static let login = TextRule(isLowered: true, blank: "")
    static let nome = TextRule(isLowered: false, blank: "")
    static let categoria = TextRule(isLowered: false, blank: "Unknown")
    static let titulo = TextRule(isLowered: false, blank: "")
    static let idioma = TextRule(isLowered: true, blank: "other")
    static let tag = TextRule(isLowered: false, blank: "")

    /// Puts what the rule makes of a string into `pool` and gives its code; `blankCode` for a blank one.
    @inline(__always)
    func code(
        _ code: UInt32, _ views: StringViews, _ blankCode: UInt32, in pool: inout StringPool
    ) throws(ParquetProblem) -> UInt32 {
        let bytes = views[code]
        let trimmed = bytes.trimmed
        if trimmed.isEmpty { return blankCode }
        if isLowered { return try pool.appendLowered(trimmed) }
        return trimmed.count == bytes.count ? try pool.append(code, of: views) : try pool.append(trimmed)
    }
}
