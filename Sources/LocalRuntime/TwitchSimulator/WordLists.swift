/// The words from which the world's names and titles are made. All of it is invented.
enum WordLists {
    /// A language, its share of the live streams (TWITCH_FACTS 8), and the UTC hour at which its evenings begin.
    static let languages: [(code: String, share: Double, eveningHour: Int)] = [
        ("en", 0.353, 22), ("ru", 0.135, 15), ("ja", 0.100, 10), ("de", 0.085, 17), ("es", 0.076, 20),
        ("zh", 0.060, 11), ("fr", 0.058, 17), ("pt", 0.048, 21), ("pl", 0.022, 17), ("it", 0.019, 18),
        ("th", 0.017, 12), ("zh-hk", 0.012, 12), ("other", 0.015, 18),
    ]

    /// https://dev.twitch.tv/docs/api/reference/#get-content-classification-labels
    static let contentLabels = [
        "MatureGame", "ProfanityVulgarity", "ViolentGraphic", "Gambling", "DrugsIntoxication", "SexualThemes",
        "DebatedSocialIssuesAndPolitics",
    ]

    static let nonGames = [
        "Just Chatting", "IRL", "Music", "Art", "ASMR", "Talk Shows & Podcasts", "Sports", "Food & Drink",
        "Software and Game Development", "Pools, Hot Tubs, and Beaches", "Animals, Aquariums, and Zoos",
    ]

    static let gameAdjectives = [
        "Ember", "Neon", "Iron", "Lunar", "Hollow", "Crimson", "Silent", "Golden", "Frozen", "Wild", "Astral", "Rusty",
    ]

    static let gameNouns = [
        "Odyssey", "Tactics", "Harvest", "Raiders", "Circuit", "Kingdoms", "Depths", "Legends", "Frontier", "Arena",
        "Chronicles", "Rally", "Dungeon", "Protocol",
    ]

    static let loginStarts = [
        "lua", "niko", "mari", "zeca", "tato", "kira", "bruno", "sol", "vini", "aya", "duda", "max", "pipa", "leo",
        "rafa", "nina", "gabe", "yuki", "ivan", "lola",
    ]

    static let loginEnds = [
        "plays", "pixel", "draws", "live", "tv", "gg", "codes", "na_net", "bits", "quest", "zone", "vlog", "craft",
        "_ao_vivo", "runs", "tunes",
    ]

    static let displayNames: [String: [String]] = [
        "ja": ["ゆき", "そら", "あおい", "ねこ丸", "まつり"],
        "zh": ["小雨", "阿龙", "星河", "木子"],
        "zh-hk": ["阿仔", "嘉嘉"],
    ]

    /// Titles by language; `%` stands for the category.
    static let titles: [String: [String]] = [
        "pt": [
            "jogando % até cair 🚀", "RANQUEADA, rumo ao topo ✨ !discord", "bom dia, café e %",
            "sub = música 🎵, chega mais",
            "primeira vez em %, sem spoiler por favor", "conversa boa, ação e coração ❤️",
        ],
        "en": [
            "% all night, no sleep 🌙", "road to rank 1, day 12 !socials", "chill stream, come say hi 👋",
            "first playthrough of % (no spoilers)", "\"just one more run\" = a lie 😂", "drops on, giveaways at 8pm",
        ],
        "es": [
            "noche de %, ¡vamos! 🔥", "charlando con ustedes, ¿qué tal?", "rankeds hasta el amanecer 🌅, !redes",
            "% con amigos, mañana más",
        ],
        "ja": ["初見歓迎！%やります🎮", "【%】まったり配信、雑談もあり", "参加型です👨‍👩‍👧‍👦"],
        "zh": ["今晚%,一起来玩吧🎲", "新人主播，请多关照"],
        "zh-hk": ["% 開台啦，傾吓偈🌃"],
        "ru": ["% до утра, заходи 🐻", "общаемся, играем, !тг"],
        "de": ["Guten Abend, heute % 🍻", "entspannt in %, Fragen gern"],
        "fr": ["On lance %, bienvenue ! 🥖", "découverte de %, c'est parti"],
    ]

    static let otherTitles = ["% 🎮", "live now, % and chat", ""]

    static let tags: [String: [String]] = [
        "pt": ["Português", "Conversa", "SemSpoilers", "Competitivo", "Brasil"],
        "en": ["English", "Chill", "NoSpoilers", "Competitive", "FirstPlaythrough"],
        "es": ["Español", "Charla", "Comunidad"],
        "ja": ["日本語", "初見さん歓迎"],
    ]

    static let otherTags = ["Chill", "Gaming", "Community"]
}
