/// The version of the program, as `version` prints it.
public enum ProgramVersion {
    /// The version by Semantic Versioning 2.0.0.
    public static let current = "0.1.0"
}
