import Testing

@Suite("ControlAPI")
struct PlaceholderTests {}
