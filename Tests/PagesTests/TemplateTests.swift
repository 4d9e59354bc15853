import Testing

@testable import Pages

@Suite("Template")
struct TemplateTests {
    @Test("a text can never become markup")
    func escapes() {
        let name = PageValue.text("<b a='1'>&\"")
        let text = Template("<p title=\"{{name}}\">{{name}}</p>").render(["name": name])
        let escaped = "&lt;b a=&#39;1&#39;&gt;&amp;&quot;"
        #expect(text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("a section stands for each item of a list, with the item's names before those around it")
    func lists() {
        let template = Template("{{#items}}{{name}}/{{rest}} {{/items}}{{^items}}none{{/items}}")
        let items = PageValue.list([["name": "a"], ["name": "b"]])
        #expect(template.render(["items": items, "name": "x", "rest": "y"]) == "a/y b/y ")
        #expect(template.render(["items": .list([])]) == "none")
        #expect(template.render([:]) == "none")
    }

    @Test(
        "a section of a flag or a text stands once or not at all",
        arguments: [
            (PageValue.flag(true), "yes"), (.flag(false), "no"), (.text("t"), "yes"),
            (.text(""), "no"), (.html("<b>"), "yes"),
        ]
    )
    func flags(_ value: PageValue, _ expected: String) {
        #expect(Template("{{#it}}yes{{/it}}{{^it}}no{{/it}}").render(["it": value]) == expected)
    }

    @Test(
        "what is broken says so",
        arguments: [
            "{{open", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{a b}}", "{{}}", "{{#a}}{{#b}}{{/a}}",
        ]
    )
    func problems(_ text: String) {
        let template = Template(text)
        #expect(template.problem != nil)
        #expect(template.render([:]).hasPrefix("This page is broken"))
    }

    @Test("no template of the program is broken, and each page's files are there")
    func files() {
        #expect(PageFiles.templates.count > 4)
        for (name, template) in PageFiles.templates {
            #expect(template.problem == nil, "\(name): \(template.problem ?? "")")
        }
        for (name, bytes) in PageFiles.all { #expect(!bytes.isEmpty, "\(name)") }
    }
}
