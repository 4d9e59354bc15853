/// A language in which the vendor's console speaks to a user.
package struct Locale: Sendable, Hashable {
    /// Such as `en_US`.
    package let code: String

    /// What a person calls it.
    package let name: String

    /// Every language that a user can be given; the vendor's list is not public.
    package static let known = [
        Locale(code: "en_US", name: "English (United States)"),
        Locale(code: "de_DE", name: "German (Germany)"),
        Locale(code: "es_ES", name: "Spanish (Spain)"),
        Locale(code: "fr_FR", name: "French (France)"),
        Locale(code: "it_IT", name: "Italian (Italy)"),
        Locale(code: "ja_JP", name: "Japanese (Japan)"),
        Locale(code: "ko_KR", name: "Korean (South Korea)"),
        Locale(code: "nl_NL", name: "Dutch (Netherlands)"),
        Locale(code: "pt_BR", name: "Portuguese (Brazil)"),
        Locale(code: "zh_CN", name: "Chinese (China)"),
        Locale(code: "zh_TW", name: "Chinese (Taiwan)"),
    ]
}
