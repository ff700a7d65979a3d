public import Vocabulary

/// An error at a device, from a library that does not know the name by which the user called it.
public protocol DeviceError: Failure {
  /// The message without what became of the change.
  var reason: String { get }
  /// Whether this way to the flash is closed, so that another one is worth a try: not merely taken, or not this user's.
  var isClosed: Bool { get }
  /// Commands with the name of the device.
  func fix(on device: String) -> [String]
  func hint(on device: String) -> [String]
}

extension DeviceError {
  public var subject: String? { nil }
  public var reason: String { message }
  public var isClosed: Bool { false }
  public var fix: [String] { [] }
  public func fix(on device: String) -> [String] { [] }
  public func hint(on device: String) -> [String] { [] }

  /// The driver may write what nobody else can reach.
  static func throughKernel(_ device: String) -> String {
    "let the driver write it: rdmactl fw burn -d \(device) -i FILE --via devlink"
  }
}

/// An error at a device, with the name of the device in its commands.
public struct DeviceFailure: Failure {
  public let error: any DeviceError
  private let name: String
  private let way: AccessWay?

  /// - Parameter way: the one that the user asked for.
  public init(_ error: any DeviceError, name: String, way: AccessWay? = nil) {
    self.error = error
    self.name = name
    self.way = way
  }

  public var id: String { error.id }
  public var message: String { error.message }
  public var subject: String? { name }
  public var fix: [String] { error.fix(on: name) }
  public var hint: [String] {
    error.hint(on: name)
      + (way == nil || error as? FlashError == .recorded ? [] : ["omit --access: the best method is used then"])
  }
  public var exitStatus: ExitStatus { error.exitStatus }
}
