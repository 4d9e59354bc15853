import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// One request to the Digital ID Center of a world.
struct Center: Sendable {
    let call: PageCall
    let world: World

    /// What time it is in the world; the same for everything that the request does.
    let now: Timestamp

    init(_ call: PageCall) throws(PageRefusal) {
        self.call = call
        world = try call.world()
        now = world.clock.now
    }

    /// Where the pages of a world's center begin on the control listener.
    static func base(of world: World) -> String { PageCall.base(of: world) + "/digital-id-center" }

    var base: String { Self.base(of: world) }

    /// What fills the second pair of braces of a pattern.
    var parameter: String { call.parameters.count > 1 ? call.parameters[1] : "" }

    /// Asks the world's database.
    func read<Result: Sendable>(
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Result
    ) throws(PageRefusal) -> Result {
        try call.reading(world, body)
    }

    /// Does something with the world's database.
    func storing<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(PageRefusal) -> Result {
        try PageCall.storing(world, body)
    }

    /// The request of the Digital ID Center that the address names.
    func request() throws(PageRefusal) -> DigitalID {
        let id = parameter
        let found = try read { (reader) throws(StoreError) in try reader.digitalID(id: id) }
        guard let found else { throw noRequest }
        return found
    }

    /// The request whose certificate the address names by its serial number.
    func holder() throws(PageRefusal) -> (DigitalID, DigitalIDCertificate) {
        let serialNumber = parameter.uppercased()
        let found = try read { (reader) throws(StoreError) in
            try reader.digitalID(serialNumber: serialNumber)
        }
        guard let found, let certificate = found.certificate else {
            throw PageRefusal(
                404,
                "There is no such certificate",
                "The Digital ID Center of this world never issued one with this serial number.",
                back: PageRefusal.Link("Search", base + "/search")
            )
        }
        return (found, certificate)
    }

    var noRequest: PageRefusal {
        PageRefusal(
            404,
            "There is no such request",
            "Take the whole address from your e-mail. Where the world was started over since "
                + "then, the request is gone: enrol again.",
            back: PageRefusal.Link("Digital ID Center", base)
        )
    }

    func seeOther(_ path: String) -> Reply { .now(.seeOther(base + path)) }

    /// A page in the center's look.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - name: The name of its template, without folder and ending.
    ///   - values: What goes into its gaps.
    ///   - entry: The entry of the menu that is marked.
    ///   - status: The status.
    ///   - script: A script of the page.
    /// - Returns: The answer.
    func page(
        _ title: String,
        _ name: String,
        _ values: PageValues = [:],
        entry: String = "",
        status: Int = 200,
        script: String? = nil
    ) -> Reply {
        .now(response(title, name, values, entry: entry, status: status, script: script))
    }

    func response(
        _ title: String,
        _ name: String,
        _ values: PageValues = [:],
        entry: String = "",
        status: Int = 200,
        script: String? = nil
    ) -> Response {
        var values = values
        values["base"] = .text(base)
        values["mailbox"] = .text(PageCall.base(of: world) + "/console/mailbox")
        var frame: PageValues = ["content": Self.rendered(name, values)]
        frame["entries"] = .list(
            Self.menu.map { name, path in
                [
                    "name": .text(name), "href": .text(base + path),
                    "isCurrent": .flag(name == entry),
                ]
            }
        )
        var page = Page(title, "digital-id-center/frame.html", frame)
        page.section = "Digital ID Center"
        page.styles = ["digital-id-center/center.css"]
        if let script { page.scripts = ["digital-id-center/\(script)"] }
        return page.response(to: call, status: status)
    }

    /// What a template makes of some values.
    static func rendered(_ name: String, _ values: PageValues) -> PageValue {
        .html(PageFiles.templates["digital-id-center/\(name).html"]?.render(values) ?? "")
    }

    private static let menu = [
        ("Home", ""), ("Install CA", "/install-ca"), ("Enrol", "/enrol"),
        ("Receive", "/receive"), ("Search", "/search"), ("Renew", "/renew"),
        ("Revoke", "/revoke"), ("Administrator", "/administrator"), ("Support", "/support"),
    ]
}
