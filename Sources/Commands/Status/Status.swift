public import ArgumentParser
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl status`
public struct Status: HostCommand {
  public static let configuration = CommandConfiguration(abstract: "Adapters and ports, and why one is not active.")

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    .done
  }
}
