/// The names by which clients call the vendor, and those that lead here instead.
package enum VendorHosts {
    /// The vendor's hosts of all regions, demo and production, without their `clientauth.` forms.
    package static let all = [
        "demo.one.digicert.com", "one.digicert.com",
        "demo.one.ch.digicert.com", "one.ch.digicert.com",
        "demo.one.digicert.co.jp", "one.digicert.co.jp",
        "demo.one.nl.digicert.com", "one.nl.digicert.com",
    ]

    /// Lines for `/etc/hosts` that lead the vendor's hosts, and further names, to addresses.
    ///
    /// Each line ends in a comment by which `sed` finds it again.
    ///
    /// - Parameters:
    ///   - addresses: Where the names shall lead; a name gets a line for each.
    ///   - names: Further names; addresses among them are passed over.
    /// - Returns: The lines, each with its line feed.
    package static func lines(addresses: [String], names: [String]) -> String {
        let further = names.filter { !IPAddress.isAddress($0) && !all.contains($0) }
        var text = ""
        for address in addresses {
            for name in all + further {
                let isGate = name.hasPrefix(HostRouting.clientauthPrefix)
                let both = isGate ? name : "\(name) \(HostRouting.clientauthPrefix)\(name)"
                text += "\(address) \(both) \(mark)\n"
            }
        }
        return text
    }

    /// What each line ends in.
    package static let mark = "# mock-digicert-one"
}
