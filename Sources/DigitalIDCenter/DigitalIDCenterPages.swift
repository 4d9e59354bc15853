internal import HTTP
package import Pages

/// The pages of the Digital ID Center.
package enum DigitalIDCenterPages {
    private typealias Handler = @Sendable (Center) throws(PageRefusal) -> Reply

    /// Those on the control listener, below `/worlds/{world}/digital-id-center`.
    package static let routes =
        [
            row("GET", "", HomePages.home),
            row("GET", "/install-ca", HomePages.installCA),
            row("POST", "/install-ca", HomePages.noteCA),
            row("GET", "/install-ca/client-ca.pem", HomePages.clientCAText),
            row("GET", "/install-ca/client-ca.crt", HomePages.clientCA),
            row("GET", "/help", HomePages.help),
        ] + ofApplicants + ofOwners + ofStaff

    /// Those at the gate, where the browser presents its certificate.
    package static let gateRoutes = [
        PageRoute("GET", "/digital-id-center/private", GatePages.show)
    ]

    private static let ofApplicants = [
        row("GET", "/enrol", EnrolPages.show),
        row("POST", "/enrol", EnrolPages.enter),
        row("GET", "/enrol/{request}", EnrolPages.showConfirmation),
        row("POST", "/enrol/{request}", EnrolPages.confirm),
        row("GET", "/requests/{request}", RequestPages.show),
        row("GET", "/receive", RequestPages.start),
        row("GET", "/requests/{request}/receive", RequestPages.showReceive),
        row("POST", "/requests/{request}/receive", RequestPages.receive),
        row("GET", "/requests/{request}/install", InstallPages.show),
        row("POST", "/requests/{request}/install", InstallPages.install),
        row("POST", "/requests/{request}/install/csr", InstallPages.certify),
        row("GET", "/requests/{request}/file", InstallPages.showFile),
        row("POST", "/requests/{request}/file", InstallPages.remake),
        row("GET", "/requests/{request}/file.p12", InstallPages.download),
        row("POST", "/requests/{request}/file/done", InstallPages.forget),
        row("POST", "/requests/{request}/activation", RequestPages.askForActivation),
    ]

    private static let ofOwners = [
        row("GET", "/search", SearchPages.search),
        row("GET", "/renew", SearchPages.renew),
        row("GET", "/revoke", SearchPages.revoke),
        row("GET", "/certificates/{serial}", SearchPages.certificate),
        row("GET", "/certificates/{serial}/certificate.pem", SearchPages.download),
        row("GET", "/certificates/{serial}/renew", OwnerPages.showRenew),
        row("POST", "/certificates/{serial}/renew", OwnerPages.renew),
        row("GET", "/certificates/{serial}/revoke", OwnerPages.showRevoke),
        row("POST", "/certificates/{serial}/revoke", OwnerPages.revoke),
    ]

    private static let ofStaff = [
        row("GET", "/administrator", AdministratorPages.queue),
        row("GET", "/administrator/requests/{request}", AdministratorPages.show),
        row("POST", "/administrator/requests/{request}/approve", AdministratorPages.approve),
        row("POST", "/administrator/requests/{request}/reject", AdministratorPages.reject),
        row("POST", "/administrator/requests/{request}/resend", AdministratorPages.resend),
        row("POST", "/administrator/requests/{request}/unlock", AdministratorPages.unlock),
        row(
            "POST",
            "/administrator/requests/{request}/unlock-challenge",
            AdministratorPages.unlockChallenge
        ),
        row("GET", "/administrator/messages", MessagePages.show),
        row("POST", "/administrator/messages", MessagePages.send),
        row("GET", "/support", SupportPages.list),
        row("GET", "/support/requests/{request}", SupportPages.show),
        row("POST", "/support/requests/{request}/activate", SupportPages.activate),
    ]

    private static func row(
        _ method: String,
        _ path: String,
        _ handler: @escaping Handler
    ) -> PageRoute {
        PageRoute(method, "/worlds/{world}/digital-id-center" + path) {
            (call) throws(PageRefusal) in try handler(try Center(call))
        }
    }
}
