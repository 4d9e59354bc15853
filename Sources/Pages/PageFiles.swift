private import CPages

/// The files of the pages, as bytes in the program.
package enum PageFiles {
    /// The names, such as `shared/pages.css`, and what stands in the files.
    package static let all: [String: [UInt8]] = {
        var files: [String: [UInt8]] = [:]
        unsafe add(cpages_shared(), to: &files)
        unsafe add(cpages_console(), to: &files)
        unsafe add(cpages_digital_id_center(), to: &files)
        unsafe add(cpages_two_factor(), to: &files)
        return files
    }()

    /// The templates: every file that ends in `.html`, taken apart once.
    package static let templates: [String: Template] = {
        var templates: [String: Template] = [:]
        for (name, bytes) in all where name.hasSuffix(".html") {
            templates[name] = Template(String(decoding: bytes, as: UTF8.self))
        }
        return templates
    }()

    private static func add(_ folder: CPages, to files: inout [String: [UInt8]]) {
        for index in unsafe 0..<folder.count {
            let page = unsafe folder.pages[index]
            let bytes = unsafe UnsafeBufferPointer(start: page.bytes, count: page.count)
            let name = unsafe String(cString: page.name)
            files[name] = unsafe Array(bytes)
        }
    }

    /// The media type of a file that browsers may ask for; nil for templates.
    ///
    /// - Parameter name: The name of the file.
    /// - Returns: The type.
    static func mediaType(of name: String) -> String? {
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        if name.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
        if name.hasSuffix(".svg") { return "image/svg+xml" }
        return nil
    }
}
