/// The categories that are not games, by name (LAKE_SPEC 2.4); two of them contain commas.
package enum NonGameCategories {
    /// Lower-case names as bytes, so that only equal bytes are equal names.
    package static let names: Set<[UInt8]> = Set(lowerCaseNames.map { Array($0.utf8) })

    private static let lowerCaseNames = [
        "just chatting", "irl", "music", "art", "asmr", "talk shows & podcasts", "special events", "sports",
        "travel & outdoors", "food & drink", "fitness & health", "beauty & body art", "makers & crafting",
        "science & technology", "software and game development", "politics", "pools, hot tubs, and beaches",
        "animals, aquariums, and zoos", "i'm only sleeping", "co-working & studying", "writing & reading", "djs",
        "crypto", "stocks and bonds", "always on", "local news & events", "unknown",
    ]
}
