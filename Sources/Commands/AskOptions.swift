public import ArgumentParser

/// What every command takes that changes something.
public struct AskOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do not ask.")
  public var yes = false

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show the plan and change nothing.")
  public var dryRun = false

  public init() {}
}
