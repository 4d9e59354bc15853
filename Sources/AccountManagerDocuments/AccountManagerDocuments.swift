import CDocuments

/// What is told about the API, and about the control listener, as bytes in the program.
package enum AccountManagerDocuments {
    /// `docs/openapi-public.json`: every operation, in OpenAPI 3.0.
    package static let openAPI = unsafe bytes(of: cdocument_open_api())

    /// `docs/openapi-control.json`: every route of the control listener, in OpenAPI 3.1.
    package static let controlOpenAPI = unsafe bytes(of: cdocument_control_open_api())

    /// The page that shows the document.
    package static let page = unsafe bytes(of: cdocument_page())

    /// How the page looks.
    package static let pageStyle = unsafe bytes(of: cdocument_page_style())

    /// What the page does.
    package static let pageScript = unsafe bytes(of: cdocument_page_script())

    private static func bytes(of document: CDocument) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: document.bytes, count: document.count))
    }
}
