internal import HostAccess

/// The numbers of the kernel's interface. Source: `linux/devlink.h`; they never change.
enum DevlinkCommand {
  static let get: UInt16 = 1
  static let reload: UInt16 = 37
  static let informationGet: UInt16 = 51
  static let healthReporterGet: UInt16 = 52
  static let flashUpdate: UInt16 = 58
  static let flashUpdateStatus: UInt16 = 60
}

enum DevlinkAttribute {
  static let busName: UInt16 = 1
  static let deviceName: UInt16 = 2
  static let driverName: UInt16 = 98
  static let serialNumber: UInt16 = 99
  static let versionFixed: UInt16 = 100
  static let versionRunning: UInt16 = 101
  static let versionStored: UInt16 = 102
  static let versionName: UInt16 = 103
  static let versionValue: UInt16 = 104
  static let healthReporter: UInt16 = 114
  static let healthReporterName: UInt16 = 115
  static let healthReporterState: UInt16 = 116
  static let healthReporterErrors: UInt16 = 117
  static let healthReporterRecoveries: UInt16 = 118
  static let healthReporterDumpTime: UInt16 = 137
  static let flashFileName: UInt16 = 122
  static let flashComponent: UInt16 = 123
  static let flashStatusMessage: UInt16 = 124
  static let flashStatusDone: UInt16 = 125
  static let flashStatusTotal: UInt16 = 126
  static let boardSerialNumber: UInt16 = 146
  static let flashStatusTimeout: UInt16 = 151
  static let flashOverwriteMask: UInt16 = 152
  static let reloadAction: UInt16 = 153

  /// Drivers' versions are nests, which older kernels do not mark.
  static let nests = NetlinkNests([
    versionFixed: NetlinkNests(), versionRunning: NetlinkNests(), versionStored: NetlinkNests(),
  ])
}

extension NetlinkRequest {
  /// A question to devlink, or an order.
  static func devlink(
    _ command: UInt16, _ handle: DevlinkHandle, _ attributes: [NetlinkAttribute] = []
  ) -> NetlinkRequest {
    let address: [NetlinkAttribute] = [
      .text(DevlinkAttribute.busName, handle.bus), .text(DevlinkAttribute.deviceName, handle.device),
    ]
    return NetlinkRequest(
      .generic(DevlinkClient.family), command, address + attributes, nests: DevlinkAttribute.nests)
  }
}

extension DevlinkHandle {
  /// Of the device that a message is about; `nil` when it is about none.
  init?(_ message: NetlinkMessage) {
    guard let bus = message.attributes.text(DevlinkAttribute.busName), !bus.isEmpty,
      let device = message.attributes.text(DevlinkAttribute.deviceName), !device.isEmpty
    else { return nil }
    self.init(bus: bus, device: device)
  }
}

extension DevlinkInformation.Version {
  static func all(in message: NetlinkMessage) -> [Self] {
    let kinds: [(UInt16, Kind)] = [
      (DevlinkAttribute.versionFixed, .fixed), (DevlinkAttribute.versionRunning, .running),
      (DevlinkAttribute.versionStored, .stored),
    ]
    return kinds.flatMap { type, kind in
      message.attributes.nests(type).compactMap { members in
        guard let name = members.text(DevlinkAttribute.versionName),
          let value = members.text(DevlinkAttribute.versionValue)
        else { return nil }
        return Self(name: name, kind: kind, value: value)
      }
    }
  }
}

extension FlashStatus {
  init(_ message: NetlinkMessage) {
    let attributes = message.attributes
    func number(_ type: UInt16) -> Int { attributes.number(type).map { Int(clamping: $0) } ?? 0 }
    self.message = attributes.text(DevlinkAttribute.flashStatusMessage).flatMap { $0.isEmpty ? nil : $0 }
    component = attributes.text(DevlinkAttribute.flashComponent)
    done = number(DevlinkAttribute.flashStatusDone)
    total = number(DevlinkAttribute.flashStatusTotal)
    let seconds = number(DevlinkAttribute.flashStatusTimeout)
    timeoutSeconds = seconds > 0 ? seconds : nil
  }
}

extension FlashOrder {
  var request: NetlinkRequest {
    var attributes: [NetlinkAttribute] = [.text(DevlinkAttribute.flashFileName, file)]
    if let component { attributes.append(.text(DevlinkAttribute.flashComponent, component)) }
    if !overwrite.isEmpty {
      // struct nla_bitfield32: the bits, and which of them count.
      let bits = overwrite.reduce(UInt32(0)) { $0 | $1.bit }
      attributes.append(.number(DevlinkAttribute.flashOverwriteMask, UInt64(bits) << 32 | UInt64(bits)))
    }
    return .devlink(DevlinkCommand.flashUpdate, handle, attributes)
  }
}
