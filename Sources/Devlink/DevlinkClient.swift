public import HostAccess

/// The kernel's devlink: which devices it manages, what their drivers tell, and flashing through them.
public struct DevlinkClient: Sendable {
  static let family = "devlink"
  /// The multicast group that tells of changes.
  static let group = "config"

  let network: any NetworkAccess
  private let files: any FileReading

  public init(_ host: Host) {
    network = host.network
    files = host.files
  }

  /// Every device whose driver takes part, in the order of the kernel.
  public func devices() throws(DevlinkFailure) -> [DevlinkHandle] {
    let request = NetlinkRequest(.generic(Self.family), DevlinkCommand.get, isDump: true, nests: DevlinkAttribute.nests)
    do { return try network.ask(request).messages.compactMap { DevlinkHandle($0) } } catch {
      throw DevlinkFailure(error, of: nil)
    }
  }

  /// What the driver tells: its name, serial numbers and versions. Everybody may ask.
  public func information(of handle: DevlinkHandle) throws(DevlinkFailure) -> DevlinkInformation {
    let message: NetlinkMessage?
    do throws(NetworkFailure) {
      message = try network.ask(.devlink(DevlinkCommand.informationGet, handle)).messages.first
    } catch .refused(let refusal) where refusal.isUnsupported {
      // The device is there; its driver tells nothing.
      message = nil
    } catch {
      throw DevlinkFailure(error, of: handle)
    }
    let attributes = message?.attributes ?? []
    return DevlinkInformation(
      handle: handle, driver: attributes.text(DevlinkAttribute.driverName) ?? boundDriver(of: handle),
      serialNumber: attributes.text(DevlinkAttribute.serialNumber),
      boardSerialNumber: attributes.text(DevlinkAttribute.boardSerialNumber),
      versions: message.map(DevlinkInformation.Version.all) ?? [])
  }

  /// Whether the driver of a device can flash it. Needs CAP_NET_ADMIN.
  ///
  /// The kernel is asked to flash without being told a file: it looks first whether the driver can, and then refuses.
  public func offersFlashing(_ handle: DevlinkHandle) throws(DevlinkFailure) -> Bool {
    do throws(NetworkFailure) {
      _ = try network.ask(.devlink(DevlinkCommand.flashUpdate, handle))
    } catch .refused(let refusal) where refusal.isUnsupported {
      return false
    } catch .refused(let refusal) where refusal.name == "EINVAL" {
      return true
    } catch {
      throw DevlinkFailure(error, of: handle)
    }
    return true
  }

  /// Flashes a device, and comes back when the driver has done it.
  /// - Parameter progress: called for each step that the driver tells of; some tell of none.
  /// - Returns: what the kernel had to say although it was done.
  public func flash(_ order: FlashOrder, progress: (FlashStatus) -> Void) throws(DevlinkFailure) -> String? {
    var stage = FlashRefusal.Stage.kernel
    do throws(NetworkFailure) {
      return try network.ask(order.request, listeningTo: Self.group) { message in
        guard DevlinkHandle(message) == order.handle else { return }
        switch message.command {
        case DevlinkCommand.flashUpdate where stage == .kernel: stage = .driver
        case DevlinkCommand.flashUpdateStatus:
          let status = FlashStatus(message)
          stage = .writing(status)
          progress(status)
        default: break
        }
      }.warning
    } catch .refused(let refusal) where !(stage == .kernel && (refusal.isPermission || refusal.isNoDevice)) {
      throw .refused(FlashRefusal(order: order, refusal: refusal, stage: stage))
    } catch .failed(let words) where stage != .kernel {
      // The order was given, and how it ended nobody told us.
      throw .unknownState(order.handle, why: words)
    } catch {
      throw DevlinkFailure(error, of: order.handle)
    }
  }

  /// Has the driver reset a device, so that it starts the firmware that is stored (`devlink dev reload … action fw_activate`).
  public func activateFirmware(of handle: DevlinkHandle) throws(DevlinkFailure) {
    let action = NetlinkAttribute(DevlinkAttribute.reloadAction, .bytes([Self.firmwareActivation]))
    do throws(NetworkFailure) {
      _ = try network.ask(.devlink(DevlinkCommand.reload, handle, [action]))
    } catch {
      throw DevlinkFailure(error, of: handle)
    }
  }

  /// DEVLINK_RELOAD_ACTION_FW_ACTIVATE of `linux/devlink.h`.
  private static let firmwareActivation: UInt8 = 2

  /// The driver that sysfs has for the device.
  private func boundDriver(of handle: DevlinkHandle) -> String? {
    let link = try? files.link("/sys/bus/\(handle.bus)/devices/\(handle.device)/driver")
    return link?.split(separator: "/").last.map(String.init)
  }
}

extension DevlinkHandle {
  /// What devlink would call the device behind a network interface, by sysfs; `nil` for interfaces without a device.
  public init?(interface: String, files: any FileReading) {
    let device = "/sys/class/net/\(interface)/device"
    guard !interface.isEmpty, !interface.contains("/"),
      let name = try? files.link(device).split(separator: "/").last,
      let bus = try? files.link("\(device)/subsystem").split(separator: "/").last
    else { return nil }
    self.init(bus: String(bus), device: String(name))
  }
}
