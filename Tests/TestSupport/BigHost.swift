internal import Vocabulary

extension MachineTree {
  /// The largest machine we look at: the eight ConnectX-7 of the recorded machine `cx7-8`, each with `virtualFunctions`
  /// virtual functions that have their own RDMA, management and verbs devices.
  public static func bigHost(virtualFunctions: Int = 8) throws -> MachineTree {
    let small = try MachineTree(named: "cx7-8")
    var big = small
    var next = 8
    for card in 0..<8 {
      guard case .link(let target) = small["/sys/class/infiniband/mlx5_\(card)"] else { continue }
      // ../../devices/pci0000:18/…/0000:1b:00.0/infiniband/mlx5_0
      let function = target.split(separator: "/").dropFirst(2).dropLast(2)
      guard let address = function.last.map(String.init) else { continue }
      let directory = "/sys/" + function.joined(separator: "/")
      for number in 0..<virtualFunctions {
        let copy = VirtualFunction(card: card, number: number, index: next, parentAddress: address)
        for (path, entry) in small.entries where copy.belongs(path, below: directory + "/") {
          big[copy.renamed(path)] = copy.changed(path, entry)
        }
        big[copy.renamed(directory) + "/physfn"] = .link("../\(address)")
        big["\(directory)/virtfn\(number)"] = .link("../\(copy.address)")
        next += 1
      }
    }
    return big
  }
}

extension MachineTree {
  /// A host whose adapters only the list of PCI ids can name: the two functions of the recorded machine `bnxt`, `cards`
  /// times, each card below a root port of its own.
  public static func namelessHost(cards: Int = 16) throws -> MachineTree {
    let small = try MachineTree(named: "bnxt")
    var big = small
    for card in 1..<cards {
      // Buses c0 and c1 become others; 0000:c0:03.1 is the root port.
      let upper = UInt64(2 * card).hexadecimal(digits: 2)
      let lower = UInt64(2 * card + 1).hexadecimal(digits: 2)
      func renamed(_ text: String) -> String {
        var text = text.replacing("0000:c0", with: "0000:\(upper)").replacing("0000:c1", with: "0000:\(lower)")
        // The one before the nought: of bnxt_re0 may come bnxt_re10.
        for (number, function) in [1, 0].map({ ($0, 2 * card + $0) }) {
          text = text.replacing("bnxt_re\(number)", with: "bnxt_re\(function)")
            .replacing("uverbs\(number)", with: "uverbs\(function)")
            .replacing("enp193s0f\(number)", with: "enp\(193 + card)s0f\(number)")
            .replacing("fea4:d05\(number)", with: "fea4:e\(UInt64(function).hexadecimal(digits: 3))")
        }
        return text
      }
      for (path, entry) in small.entries {
        switch entry {
        case .link(let target): big[renamed(path)] = .link(renamed(target))
        case .bytes(let bytes) where renamed(path) != path && !bytes.contains(0):
          big[renamed(path)] = .bytes(Array(renamed(String(decoding: bytes, as: UTF8.self)).utf8))
        default: if renamed(path) != path { big[renamed(path)] = entry }
        }
      }
    }
    return big
  }
}

/// How a virtual function's files differ from those of its physical function.
private struct VirtualFunction {
  let card: Int
  let number: Int
  /// Of its RDMA, management and verbs devices.
  let index: Int
  let parentAddress: String

  /// Functions follow the physical one; the eighth is function 0 of device 1 (alternative routing id).
  var address: String {
    let place = number + 1
    return parentAddress.dropLast(4) + "0\(place / 8).\(place % 8)"
  }

  var guid: GUID { GUID(0x0011_2233_4400_0000 | UInt64(card) << 8 | UInt64(number)) }

  func belongs(_ path: String, below directory: String) -> Bool {
    path.hasPrefix(directory) || path == "/sys/bus/pci/devices/\(parentAddress)"
      || [
        "/sys/class/infiniband/mlx5_", "/sys/class/infiniband_mad/umad", "/sys/class/infiniband_mad/issm",
        "/sys/class/infiniband_verbs/uverbs", "/dev/infiniband/umad", "/dev/infiniband/issm",
        "/dev/infiniband/uverbs", "/sys/class/net/ib",
      ].contains { path == "\($0)\(card)" }
  }

  func renamed(_ text: String) -> String {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    for position in parts.indices {
      switch parts[position] {
      case parentAddress: parts[position] = address
      case "mlx5_\(card)": parts[position] = "mlx5_\(index)"
      case "ib\(card)": parts[position] = "ib\(card)v\(number)"
      case "umad\(card)", "issm\(card)", "uverbs\(card)":
        parts[position] = parts[position].prefix { !$0.isNumber } + String(index)
      default: break
      }
    }
    return parts.joined(separator: "/")
  }

  func changed(_ path: String, _ entry: FakeFiles.Entry) -> FakeFiles.Entry {
    if case .link(let target) = entry { return .link(renamed(target)) }
    guard case .bytes(let bytes) = entry else { return entry }
    switch path.split(separator: "/").suffix(2).joined(separator: "/") {
    case "\(parentAddress)/device": return .text("0x101e")
    case "\(parentAddress)/current_link_speed": return .text("Unknown")
    case "\(parentAddress)/current_link_width": return .text("0")
    case "\(parentAddress)/uevent": return .text(text(bytes, parentAddress, address))
    case "\(parentAddress)/config": return .bytes([0xff, 0xff, 0xff, 0xff] + bytes.dropFirst(4))
    case "mlx5_\(card)/node_guid": return .text(guid.colonDescription)
    case "mlx5_\(card)/hca_type": return .text("MT4126")
    case "gids/0": return .text("fe80:0000:0000:0000:" + guid.colonDescription)
    case "1/lid" where entry != .text("0xffff"): return .text("0x" + UInt64(0x200 + index).hexadecimal())
    case let end where end.hasSuffix("/ibdev"): return .text("mlx5_\(index)")
    case "ib\(card)/address":
      let tail = guid.bytes.map { UInt64($0).hexadecimal(digits: 2) }
      return .text((["00:00:01:28:fe:80:00:00:00:00:00:00"] + tail).joined(separator: ":"))
    case let end where end.hasSuffix("/uevent"): return .text(text(bytes, "ib\(card)", "ib\(card)v\(number)"))
    default: return entry
    }
  }

  private func text(_ bytes: [UInt8], _ old: String, _ new: String) -> String {
    String(String(decoding: bytes, as: UTF8.self).dropLast().replacing(old, with: new))
  }
}
