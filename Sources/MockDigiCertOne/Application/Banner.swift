/// What a person reads after the start: where things are, and one command that works.
enum Banner {
    /// The banner.
    ///
    /// - Parameter ready: What the ready line says.
    /// - Returns: Whole lines for standard error.
    static func text(for ready: ReadyAnnouncement) -> String {
        """

        mock-digicert-one \(ProgramVersion.current) serves the world "\(ready.world)"

          API          \(ready.apiURL)
          clientauth   \(ready.clientauthURL)
          control      \(ready.controlURL)
          trust file   \(ready.caFile)

        Try:

          curl --cacert \(shellQuoted(ready.caFile)) -H 'x-api-key: SERVICE_USER_TOKEN' \
        \(ready.apiURL)/account/api/v1/user/me


        """
    }

    /// The text as one word of a POSIX shell.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text between single quotation marks.
    static func shellQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}
