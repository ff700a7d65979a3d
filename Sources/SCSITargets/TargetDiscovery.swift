internal import BinaryLayout
package import FabricDiscovery
internal import InfiniBandWire
package import Vocabulary

/// A target port that a device management agent tells of.
package struct DiscoveredTarget: Sendable, Equatable {
  package let node: String?
  package let lid: UInt16
  /// The port: GID prefix and GUID.
  package let gid: String
  package let controllerGUID: GUID
  package let description: String
  package let ioClass: UInt16
  /// `SRP.T10:…`
  package let service: String
  package let serviceIdentifier: UInt64

  /// What follows the colon of the service's name. Source: SRP (T10) annex B, service names.
  package var identifierExtension: String { String(service.dropFirst(Self.mark.count)) }

  fileprivate static let mark = "SRP.T10:"

  /// The line that `add_target` takes, in the order of `ibsrpdm -c`.
  package var loginText: String {
    "id_ext=\(identifierExtension),ioc_guid=\(controllerGUID),dgid=\(gid),pkey=ffff,"
      + "service_id=\(serviceIdentifier.hexadecimal(digits: 16))"
      // SRP revision 10; the kernel's default is revision 16a.
      + (ioClass == 0xff00 ? ",io_class=ff00" : "")
  }
}

/// What a search for targets came to.
package struct TargetSurvey: Sendable, Equatable {
  package var targets: [DiscoveredTarget] = []
  /// Ports that say they have device management.
  package var portsAsked = 0
  /// Those that did not answer, or not as they should.
  package var notes: [Note] = []
}

extension FabricSession {
  /// Bit IsDeviceManagementSupported of a port's capability mask. Source: InfiniBand specification vol. 1, 14.2.5.6.
  private static let deviceManagement: UInt32 = 1 << 19

  private enum Question {
    case unit(Int)
    case profile(Int, slot: Int)
    case services(Int, slot: Int, LayoutRecord)
  }

  /// Asks the device management agents of a fabric for SRP targets. The session's port must have registered the class.
  package func targets(of fabric: Fabric) throws(SessionFailure) -> TargetSurvey {
    var survey = TargetSurvey()
    var ports: [(name: String?, lid: UInt16, gid: String)] = []
    for node in fabric.nodes where node.type == .channelAdapter {
      for port in node.ports {
        guard let info = port.info, let guid = port.guid, info.lid != 0,
          info.capabilityMask & Self.deviceManagement != 0
        else { continue }
        ports.append((node.description, info.lid, "\(info.gidPrefix.hexadecimal(digits: 16))\(guid)"))
      }
    }
    survey.portsAsked = ports.count
    let first = ports.indices.map { (Question.unit($0), FabricRequest(.device(.ioUnitInfo), to: .lid(ports[$0].lid))) }
    try perform(first) { question, outcome, queue in
      let index =
        switch question {
        case .unit(let index), .profile(let index, _), .services(let index, _, _): index
        }
      let port = ports[index]
      guard case .answer(let datagram) = outcome else {
        let reason = if case .refused(let answer) = outcome { answer.statusMeaning } else { "no answer" }
        survey.notes.append(Note(subject: port.name ?? "LID \(port.lid)", message: "device management: \(reason)"))
        return
      }
      switch question {
      case .unit:
        for slot in IOUnitInfo.controllers(datagram.attribute) ?? [] {
          queue.add(
            FabricRequest(.device(.ioControllerProfile), modifier: UInt32(slot), to: .lid(port.lid)),
            tag: .profile(index, slot: slot))
        }
      case .profile(_, let slot):
        guard let profile = LayoutRecord(datagram.attribute, length: IOControllerProfile.length) else { return }
        let count = Int(profile[IOControllerProfile.Layout.serviceEntries])
        for start in stride(from: 0, to: count, by: ServiceEntries.perDatagram) {
          let end = min(start + ServiceEntries.perDatagram, count) - 1
          // Slot, last and first entry. Source: the same, 16.3.3.5.
          queue.add(
            FabricRequest(
              .device(.serviceEntries), modifier: UInt32(slot) << 16 | UInt32(end) << 8 | UInt32(start),
              to: .lid(port.lid)), tag: .services(index, slot: slot, profile))
        }
      case .services(_, _, let profile):
        let entries = ServiceEntries.entries(datagram.attribute, count: ServiceEntries.perDatagram)
        for entry in entries where entry.name.hasPrefix(DiscoveredTarget.mark) {
          survey.targets.append(
            DiscoveredTarget(
              node: port.name, lid: port.lid, gid: port.gid,
              controllerGUID: GUID(profile[IOControllerProfile.Layout.guid]),
              description: IOControllerProfile.description(profile),
              ioClass: UInt16(truncatingIfNeeded: profile[IOControllerProfile.Layout.ioClass]), service: entry.name,
              serviceIdentifier: entry.identifier))
        }
      }
    }
    survey.targets.sort { ($0.lid, $0.service) < ($1.lid, $1.service) }
    return survey
  }
}
