public import HostAccess
public import Vocabulary

/// Why a device was not flashed through the kernel, or could not be asked.
public enum DevlinkFailure: Failure, Equatable {
  /// A recorded or simulated machine.
  case recorded
  /// The kernel has no devlink.
  case noDevlink
  /// There is no such device, or its driver takes no part.
  case noDevice(DevlinkHandle)
  case notPermitted(DevlinkHandle?)
  /// The driver cannot flash the device.
  case notOffered(DevlinkHandle, driver: String?)
  case refused(FlashRefusal)
  /// The order was given; how it ended is not known.
  case unknownState(DevlinkHandle, why: String)
  case emptyImage(path: String)
  /// The image could not be made a package that the driver takes; why.
  case notWrapped(path: String, String)
  /// No directory that the kernel reads firmware from can be written.
  case noPlace([FileError])
  /// In the words of the system.
  case failed(String)

  init(_ failure: NetworkFailure, of handle: DevlinkHandle?) {
    switch failure {
    case .noFamily: self = .noDevlink
    case .recorded: self = .recorded
    case .failed(let words): self = .failed(words)
    case .refused(let refusal) where refusal.isPermission: self = .notPermitted(handle)
    case .refused(let refusal):
      if refusal.isNoDevice, let handle { self = .noDevice(handle) } else { self = .failed(refusal.explanation) }
    }
  }

  /// There is nothing to ask: a recorded machine, or a kernel without devlink.
  package var isAbsence: Bool { self == .recorded || self == .noDevlink }

  /// Whether something may have been written.
  public var mayHaveWritten: Bool {
    switch self {
    case .refused(let refusal): refusal.mayHaveWritten
    case .unknownState: true
    default: false
    }
  }

  public var id: String {
    switch self {
    case .recorded: "devlink.recorded"
    case .noDevlink: "devlink.no_kernel_support"
    case .noDevice: "devlink.no_device"
    case .notPermitted: "devlink.not_permitted"
    case .notOffered: "devlink.not_offered"
    case .refused: "devlink.refused"
    case .unknownState: "devlink.unknown_state"
    case .emptyImage: "devlink.empty_image"
    case .notWrapped: "devlink.not_wrapped"
    case .noPlace: "devlink.no_place"
    case .failed: "devlink.failed"
    }
  }

  public var subject: String? {
    switch self {
    case .noDevice(let handle), .notOffered(let handle, _), .unknownState(let handle, _): handle.description
    case .notPermitted(let handle): handle?.description
    case .refused(let refusal): refusal.order.handle.description
    case .emptyImage(let path), .notWrapped(let path, _): path
    case .recorded, .noDevlink, .noPlace, .failed: nil
    }
  }

  public var message: String {
    switch self {
    case .recorded: "a recorded or simulated machine has no kernel that could be asked for devlink"
    case .noDevlink: "this kernel has no devlink"
    case .noDevice: "devlink knows no such device: it is not there, or its driver takes no part"
    case .notPermitted: "flashing through the kernel needs root (CAP_NET_ADMIN)"
    case .notOffered(_, let driver):
      "the driver\(driver.map { " \($0)" } ?? "") offers no flashing through devlink; nothing was written"
    case .refused(let refusal): refusal.message
    case .unknownState(_, let why):
      "the flash was started and its result is unknown (\(why)): do not power off, do not reset, do not reboot"
    case .emptyImage: "the file is empty; nothing was written"
    case .notWrapped(_, let why):
      "the driver takes MFA2 packages only, and the image cannot be made one: \(why); nothing was written"
    case .noPlace(let errors):
      "the kernel reads firmware from its own directories only, and none can be written: "
        + errors.map { "\($0.path) \($0.writeExplanation)" }.joined(separator: "; ") + "; nothing was written"
    case .failed(let words): "devlink cannot be asked: \(words)"
    }
  }

  public var fix: [String] {
    switch self {
    case .recorded: ["leave --via devlink out"]
    case .noDevlink: []
    case .noDevice: ["devlink dev show"]
    case .notPermitted: ["sudo rdmactl fw …"]
    case .notOffered(let handle, _): ["rdmactl fw burn -d \(handle) -i FILE --via direct"]
    case .refused(let refusal): refusal.fix
    case .unknownState(let handle, _): ["dmesg | tail", "rdmactl fw query -d \(handle)"]
    case .emptyImage: ["get the file again"]
    case .notWrapped: []
    case .noPlace:
      ["mkdir -p /run/firmware && echo -n /run/firmware > \(LoaderFile.parameter)   # then run it again"]
    case .failed: []
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .recorded, .noDevlink, .notOffered: .unsupported
    case .noDevice: .notFound
    case .notPermitted: .notPermitted
    case .refused(let refusal): refusal.exitStatus
    case .unknownState: .unknownState
    case .emptyImage, .noPlace, .notWrapped: .refused
    case .failed: .failed
    }
  }
}

/// A flash that the kernel or the driver did not do, in their own words.
public struct FlashRefusal: Sendable, Equatable {
  /// How far it was.
  public enum Stage: Sendable, Equatable {
    /// The kernel did not hand the file to the driver.
    case kernel
    /// The driver has the file, and told of nothing that it did with it.
    case driver
    /// The driver told of its work; the last of it.
    case writing(FlashStatus)
  }

  public let order: FlashOrder
  public let refusal: KernelRefusal
  public let stage: Stage

  public init(order: FlashOrder, refusal: KernelRefusal, stage: Stage) {
    self.order = order
    self.refusal = refusal
    self.stage = stage
  }

  /// A driver that does not support what is asked for says so before it begins; else it may have begun without a word.
  fileprivate var mayHaveWritten: Bool {
    switch stage {
    case .kernel: false
    case .driver: !refusal.isUnsupported
    case .writing: true
    }
  }

  var message: String {
    switch stage {
    case .kernel: "the kernel refuses: \(reason); nothing was written"
    case .driver: "the driver refuses: \(reason)"
    case .writing(let status):
      "the driver gave up\(status.message.map { " at \"\($0)\"" } ?? "")"
        + (status.total > 0 ? " (\(status.done) of \(status.total))" : "") + ": \(reason)"
    }
  }

  /// What was said, or what is likely where nothing was.
  private var reason: String {
    if let said = refusal.message, !said.isEmpty { return refusal.explanation }
    return "it gives no reason, only \"\(refusal.words)\" (\(refusal.name))"
      + (likely.map { "; most likely \($0)" } ?? "")
  }

  private var likely: String? {
    if refusal.isUnsupported, !order.overwrite.isEmpty {
      return "it does not overwrite the \(order.overwrite.map(\.rawValue).sorted().joined(separator: " and "))"
    }
    if refusal.isUnsupported, order.component != nil { return "it cannot flash this component alone" }
    return Self.causes[refusal.name]
  }

  /// By the name of the errno.
  private static let causes = [
    "EACCES": "a security policy (IMA, LoadPin) forbids the file",
    "EBUSY": "another change of its firmware is under way",
    "EINVAL": "the file is none for this device",
    "EIO": "the device did not take what was sent to it",
    "ENOENT": "the kernel does not see the file: it looks below the machine's own root, not a container's",
    "ENOMEM": "there is not memory enough for the file",
    "ETIMEDOUT": "the device did not answer in time",
  ]

  var fix: [String] {
    var steps: [String] = []
    if order.component != nil { steps.append("rdmactl fw query -d \(order.handle)   # the names of its components") }
    if refusal.name == "ENOENT" { steps.append("run it on the machine itself: the kernel sees no file of a container") }
    if !order.overwrite.isEmpty {
      steps.append("leave --overwrite out: what makes the device this device is kept then")
    }
    return steps + ["dmesg | tail   # the driver may say more there"]
  }

  var exitStatus: ExitStatus {
    switch stage {
    case .writing: .failed
    case .kernel, .driver:
      if refusal.isUnsupported {
        .unsupported
      } else if refusal.isPermission {
        .notPermitted
      } else if refusal.name == "EBUSY" {
        .busy
      } else {
        stage == .kernel ? .refused : .failed
      }
    }
  }
}
